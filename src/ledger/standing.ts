import { instantOf, type StoredInstant } from '../database/stored-instant.ts';
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

/** A row of `STANDINGS`. */
export type StandingRow = Record<keyof LogHead, number | bigint> & {
  readonly role: string | null;
  readonly purgeAt: StoredInstant;
  readonly membersMayReadAuditLog: boolean | number;
  readonly revokedAt: StoredInstant;
  readonly expiresAt: StoredInstant;
};

const HEAD = `l."id" AS "ledgerId", l."size", l."prunedCount"`;
const ORGANIZATION = `o."purgeAt", o."membersMayReadAuditLog"`;
const JOINED = (who: string) =>
  `JOIN "Organization" o ON o."id" = ${who}."organizationId" JOIN "Ledger" l ON l."organizationId" = ${who}."organizationId"`;

/** The statements of standings, each by `whoAndWhere`. */
export const STANDINGS: Record<Actor['type'], string> = {
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
  const [row] = await session.select<StandingRow>(
    STANDINGS[actor.type],
    whoAndWhere(session, organizationId),
  );
  return standingOf(session, organizationId, row);
}

/** What a standing is asked by. */
export const whoAndWhere = ({ actor }: Session, organizationId: OrganizationId): string[] => [
  organizationId,
  ...(actor.id === null ? [] : [actor.id]),
];

/** The standing in a row of `STANDINGS`; none without one. */
export function standingOf(
  session: Session,
  organizationId: OrganizationId,
  row: StandingRow | undefined,
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
