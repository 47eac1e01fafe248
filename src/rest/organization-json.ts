import type { Organization } from '../features/organization/organization.ts';
import { settingsOf } from '../features/organization/settings.ts';

/** An organization as the REST door shows it: the fields of GraphQL's, by the same names. */
export const organizationJson = (row: Organization) => ({
  id: row.id,
  name: row.name,
  createdBy: row.createdByEmail,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  slug: row.slug,
  version: row.version,
  settings: settingsOf(row),
  metadata: JSON.parse(row.metadata) as Record<string, unknown>,
  deletion:
    row.purgeAt === null
      ? null
      : {
          requestedAt: row.deletionRequestedAt,
          requestedBy: row.deletionRequestedByEmail,
          purgeAt: row.purgeAt,
        },
});
