import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from './current-organization.ts';
import { type Organization, organizationRow } from './organization.ts';

/** What the deletion of an organization would remove, and what it would leave. */
export interface DeletionImpact {
  readonly organization: Organization;
  readonly memberCount: number;
  readonly invitationCount: number;
  readonly teamCount: number;
  readonly resourceCount: number;
  readonly apiKeyCount: number;
  /** Entries of the log, which stay. */
  readonly keptAuditLogCount: number;
}

/**
 * Counts what the deletion of an organization would remove; changes nothing.
 * @throws InvalidInputError | OrganizationNotSelectedError | as `authorize` with organization:delete
 */
export async function deletionImpact(
  session: Session,
  argument: string | null | undefined,
): Promise<DeletionImpact> {
  const organizationId = await selectedOrganizationId(session, argument);
  await authorize(session, organizationId, 'organization:delete');
  const { read } = session;
  const where = { organizationId };
  const ledger = await read.ledger.findUniqueOrThrow({ where });
  return {
    organization: await organizationRow(session, organizationId),
    memberCount: await read.membership.count({ where }),
    invitationCount: await read.invitation.count({ where }),
    teamCount: await read.team.count({ where }),
    resourceCount: await read.resource.count({ where }),
    apiKeyCount: await read.apiKey.count({ where }),
    keptAuditLogCount: Number(ledger.size - ledger.prunedCount),
  };
}
