import { ConflictError } from '../../kernel/errors.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import type { Organization } from '../organization/organization.ts';
import { changesBetween } from '../organization/update-organization.ts';
import { pendingRetention } from './pending-retention.ts';
import { scopesText } from './scope-retention.ts';

/**
 * Takes back a shorter retention that waits: the settings are what is in force, and nothing waits.
 * @throws ConflictError nothing waits
 * @throws as `change` with `organization:update`
 */
export async function cancelRetentionChange(
  session: Session,
  input: { readonly organizationId?: string | null | undefined },
): Promise<Organization> {
  const id = await selectedOrganizationId(session, input.organizationId);
  return change(session, id, 'organization:update', async (transaction) => {
    const now = session.clock();
    const pending = await pendingRetention(transaction, id, now);
    if (!pending) throw new ConflictError('No shorter retention waits to come into force.');
    const before = await transaction.organization.findUniqueOrThrow({ where: { id } });
    const { retentionDays, scopes } = pending.inForce;
    const result = await transaction.organization.update({
      where: { id },
      data: {
        retentionDays,
        scopeRetention: scopesText(scopes),
        updatedAt: now,
        version: before.version + 1,
      },
    });
    await transaction.pendingRetention.delete({ where: { organizationId: id } });
    return {
      result,
      event: {
        action: 'organization.retentionChangeCancelled',
        resourceUID: id,
        metadata: { name: result.name, effectiveAt: pending.effectiveAt.toISOString() },
        changes: changesBetween(before, result),
      },
    };
  });
}
