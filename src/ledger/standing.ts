import { type Bindable, Bindings } from '../database/bindings.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { type Access, accessBy } from './access.ts';
import type { Actor, Session } from './session.ts';

/** What readers of a log need of its head. */
export interface LogHead {
  readonly ledgerId: number;
  /** The last sequence given out. */
  readonly size: number;
  /** Entries that retention removed. */
  readonly prunedCount: number;
}

/** What a session may do in an organization, and the head of its log; null where there is none. */
export interface Standing {
  readonly access: Access | null;
  readonly head: LogHead | null;
}

/** Instants as Prisma keeps them: text on SQLite, and in what Postgres makes JSON of, there without a zone. */
type Instant = Date | string | null;

type Row = Record<keyof LogHead, number | bigint> & {
  readonly role: string | null;
  readonly purgeAt: Instant;
  readonly membersMayReadAuditLog: boolean | number;
  readonly revokedAt: Instant;
  readonly expiresAt: Instant;
};

const HEAD = `l."id" AS "ledgerId", l."size", l."prunedCount"`;
const ORGANIZATION = `o."purgeAt", o."membersMayReadAuditLog"`;
const JOINED = (who: string) =>
  `JOIN "Organization" o ON o."id" = ${who}."organizationId" JOIN "Ledger" l ON l."organizationId" = ${who}."organizationId"`;

const STANDINGS: Record<Actor['type'], string> = {
  USER: `SELECT m."role", NULL AS "revokedAt", NULL AS "expiresAt", ${ORGANIZATION}, ${HEAD} FROM "Membership" m ${JOINED('m')} WHERE m."organizationId" = $1 AND m."userId" = $2`,
  API_KEY: `SELECT NULL AS "role", k."revokedAt", k."expiresAt", ${ORGANIZATION}, ${HEAD} FROM "ApiKey" k ${JOINED('k')} WHERE k."organizationId" = $1 AND k."id" = $2`,
  SYSTEM: `SELECT ${HEAD} FROM "Ledger" l WHERE l."organizationId" = $1`,
};

/**
 * What `session` may do in the organization, with the head of its log, as the reading door says
 * now: one prepared statement past Prisma, judged by the same rule as everywhere (`accessBy`).
 */
export async function standingIn(
  session: Session,
  organizationId: OrganizationId,
): Promise<Standing> {
  const { actor } = session;
  const [row] = await session.select<Row>(
    STANDINGS[actor.type],
    whoAndWhere(session, organizationId),
  );
  return standingOf(session, organizationId, row);
}

/** The log to read, and the sequence after its last, as they stand in a statement. */
export interface HeadInSql {
  readonly ledgerId: Bindable;
  readonly next: Bindable;
}

/** Makes a statement of entries of the log, "sequence" among their columns. */
export type ReadOfLog = (head: HeadInSql, bindings: Bindings) => string;

/**
 * The same, with the rows that `read` gives of the log, all as of one instant; none where there is
 * no standing. On Postgres that is one statement; in SQLite a second one costs next to nothing.
 */
export async function readWithStanding<Entry extends { readonly sequence?: number | bigint }>(
  session: Session,
  organizationId: OrganizationId,
  read: ReadOfLog,
): Promise<Standing & { readonly rows: readonly Entry[] }> {
  const bindings = new Bindings(session.provider);
  if (session.provider === 'sqlite') {
    const standing = await standingIn(session, organizationId);
    if (!standing.head) return { ...standing, rows: [] };
    const { ledgerId, size } = standing.head;
    const text = read({ ledgerId, next: size + 1 }, bindings);
    return { ...standing, rows: await session.select<Entry>(text, bindings.values) };
  }
  for (const value of whoAndWhere(session, organizationId)) bindings.bind(value);
  const head = { ledgerId: { sql: '"who"."ledgerId"' }, next: { sql: '"who"."size" + 1' } };
  const text = read(head, bindings);
  const found = await session.select<Entry & { readonly standing: string | null }>(
    `SELECT CASE WHEN row_number() OVER () = 1 THEN row_to_json("who")::text END AS "standing", "log".* FROM (${STANDINGS[session.actor.type]}) AS "who" LEFT JOIN LATERAL (${text}) AS "log" ON true`,
    bindings.values,
  );
  const [first] = found;
  const row = first?.standing ? (JSON.parse(first.standing) as Row) : undefined;
  // Where there is a standing and no entry, the join gives a row without one.
  const rows = first?.sequence == null ? [] : found.map(withoutStanding);
  return { ...standingOf(session, organizationId, row), rows };
}

const withoutStanding = <Entry>({
  standing: _,
  ...entry
}: Entry & { readonly standing: unknown }) => entry as Entry;

const whoAndWhere = ({ actor }: Session, organizationId: OrganizationId): string[] => [
  organizationId,
  ...(actor.id === null ? [] : [actor.id]),
];

function standingOf(
  session: Session,
  organizationId: OrganizationId,
  row: Row | undefined,
): Standing {
  if (!row) return { access: accessBy(session, organizationId, undefined), head: null };
  const standing = {
    ...{ actorId: session.actor.id ?? '', organizationId, role: row.role },
    membersMayReadAuditLog: Boolean(row.membersMayReadAuditLog),
    purgeAt: instantOf(row.purgeAt),
    revokedAt: instantOf(row.revokedAt),
    expiresAt: instantOf(row.expiresAt),
  };
  return {
    access: accessBy(session, organizationId, standing),
    head: {
      ledgerId: Number(row.ledgerId),
      size: Number(row.size),
      prunedCount: Number(row.prunedCount),
    },
  };
}

const instantOf = (value: Instant): Date | null =>
  value === null || value instanceof Date ? value : new Date(value.replace(ZONELESS, '$&Z'));

const ZONELESS = /T[\d:.]+$/;
