import type { OrganizationId } from '../../kernel/ids.ts';
import type { Session } from '../../ledger/session.ts';
import type { StateAt } from './fold-back.ts';

/** The present state, and as far as the log tells of it. */
export interface PresentState {
  readonly ledger: {
    readonly id: number;
    readonly size: number;
  };
  readonly state: StateAt;
}

/** A row for each member; one with nulls when there is none. */
interface PresentRow {
  readonly ledgerId: number;
  readonly size: number | bigint;
  readonly name: string;
  readonly slug: string;
  readonly retentionDays: number | null;
  readonly scopeRetention: string;
  readonly timezone: string;
  readonly membersMayReadAuditLog: boolean | number;
  readonly metadata: string;
  readonly userId: string | null;
  readonly role: string | null;
  readonly email: string | null;
}

/** One statement, so that rows and log are of one moment. */
const PRESENT = `
SELECT l."id" AS "ledgerId", l."size", o."name", o."slug", o."retentionDays",
  o."scopeRetention",  o."timezone", o."membersMayReadAuditLog", o."metadata", m."userId", m."role", u."email"
FROM "Organization" o
JOIN "Ledger" l ON l."organizationId" = o."id"
LEFT JOIN "Membership" m ON m."organizationId" = o."id"
LEFT JOIN "User" u ON u."id" = m."userId"
WHERE o."id" = $1`;

/** An organization as it is, with the size of its log at that very moment; null when there is none. */
export async function presentState(
  session: Session,
  organizationId: OrganizationId,
): Promise<PresentState | null> {
  const rows = await session.select<PresentRow>(PRESENT, [organizationId]);
  const [row] = rows;
  if (!row) return null;
  const members = rows.flatMap(({ userId, role, email }) =>
    userId === null || role === null ? [] : [[userId, { userId, role, email }] as const],
  );
  return {
    ledger: {
      id: row.ledgerId,
      size: Number(row.size),
    },
    state: {
      facts: new Map<string, unknown>([
        ['name', row.name],
        ['slug', row.slug],
        ['settings.retentionDays', row.retentionDays],
        ['settings.scopeRetention', JSON.parse(row.scopeRetention)],
        ['settings.timezone', row.timezone],
        ['settings.membersMayReadAuditLog', Boolean(row.membersMayReadAuditLog)],
        ['metadata', JSON.parse(row.metadata)],
      ]),
      members: new Map(members),
    },
  };
}
