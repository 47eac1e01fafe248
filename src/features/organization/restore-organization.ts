import { ConflictError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { type Organization, organizationIdProblem } from './organization.ts';

/**
 * Undoes a scheduled deletion: members, roles, teams, invitations, resources and settings are as
 * they were; API keys too, but each is refused until `enableApiKey`.
 * @throws ConflictError no deletion is scheduled
 * @throws NotFoundError also once the purge has begun: nothing is left to restore
 */
export async function restoreOrganization(
  session: Session,
  { organizationId }: { organizationId: string },
): Promise<Organization> {
  refuse(['organizationId', organizationIdProblem(organizationId)]);
  const id = organizationId as OrganizationId;
  return change(session, id, 'organization:delete', async (transaction) => {
    const before = await transaction.organization.findUniqueOrThrow({ where: { id } });
    if (!before.purgeAt) throw new ConflictError('No deletion of the organization is scheduled.');
    const now = session.clock();
    const result = await transaction.organization.update({
      where: { id },
      data: {
        purgeAt: null,
        deletionRequestedAt: null,
        deletionRequestedByEmail: null,
        version: before.version + 1,
        updatedAt: now,
      },
    });
    // A secret may have changed hands while it was of no use to anyone.
    const { count: disabledApiKeyCount } = await transaction.apiKey.updateMany({
      where: { organizationId: id, revokedAt: null },
      data: { revokedAt: now, disabledAt: now },
    });
    return {
      result,
      event: {
        action: 'organization.restored',
        resourceUID: id,
        metadata: { name: before.name, disabledApiKeyCount },
        changes: [{ path: 'deletion.purgeAt', from: before.purgeAt.toISOString(), to: null }],
      },
    };
  });
}
