import { instantOf, type StoredInstant } from '../../database/stored-instant.ts';
import type { Organization } from '../../generated/sqlite/client.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { Session } from '../../ledger/session.ts';
import { STANDINGS, type StandingRow, standingOf, whoAndWhere } from '../../ledger/standing.ts';

/** By name, so that a statement prepared before a migration goes on after it. */
const COLUMNS = [
  'id',
  'name',
  'slug',
  'createdByEmail',
  'createdAt',
  'updatedAt',
  'version',
  'retentionDays',
  'timezone',
  'membersMayReadAuditLog',
  'scopeRetention',
  'metadata',
  'deletionRequestedAt',
  'deletionRequestedByEmail',
  'purgeAt',
] as const satisfies readonly (keyof Organization)[];

const OWN = COLUMNS.map((name) => `o."${name}"`).join(', ');

/** An organization's row as either driver gives it. */
type OrganizationColumns = {
  readonly [Name in keyof Organization]: Organization[Name] extends Date | null
    ? StoredInstant
    : Organization[Name] extends boolean
      ? boolean | number
      : Organization[Name];
};

/**
 * One organization by its id, with what the caller may do there, in one prepared statement past
 * Prisma: it is what frontends ask for most. Null when it does not exist or is not the caller's.
 */
export async function organizationById(
  session: Session,
  id: OrganizationId,
): Promise<Organization | null> {
  const [row] = await session.select<OrganizationColumns & StandingRow>(
    `SELECT "who".*, ${OWN} FROM (${STANDINGS[session.actor.type]}) AS "who" JOIN "Organization" o ON o."id" = $1`,
    whoAndWhere(session, id),
  );
  const { access } = standingOf(session, id, row);
  return row && access?.allows('organization:read') ? organizationOf(row) : null;
}

const organizationOf = (row: OrganizationColumns): Organization => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  createdByEmail: row.createdByEmail,
  createdAt: instantOf(row.createdAt) as Date,
  updatedAt: instantOf(row.updatedAt) as Date,
  version: row.version,
  retentionDays: row.retentionDays,
  timezone: row.timezone,
  membersMayReadAuditLog: Boolean(row.membersMayReadAuditLog),
  scopeRetention: row.scopeRetention,
  metadata: row.metadata,
  deletionRequestedAt: instantOf(row.deletionRequestedAt),
  deletionRequestedByEmail: row.deletionRequestedByEmail,
  purgeAt: instantOf(row.purgeAt),
});
