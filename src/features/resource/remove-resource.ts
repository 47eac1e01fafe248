import { ConflictError, NotFoundError } from '../../kernel/errors.ts';
import { refuse } from '../../kernel/problems.ts';
import type { ProductScope } from '../../kernel/vocabulary.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { type Resource, resourceUidProblem, scopeProblem } from './resource.ts';

/** Which resource of which organization. */
export interface RemoveResourceInput {
  readonly organizationId?: string | null | undefined;
  readonly resourceUID: string;
}

/**
 * Takes a thing off the registry: its status becomes REMOVED, and entries about it still resolve.
 * @throws ConflictError it is removed already | InvalidInputError | as `change` with `resource:manage`
 */
export async function removeResource(
  session: Session,
  { organizationId: argument, resourceUID }: RemoveResourceInput,
): Promise<Resource> {
  refuse(['resourceUID', resourceUidProblem(resourceUID)]);
  const organizationId = await selectedOrganizationId(session, argument);
  return change(session, organizationId, 'resource:manage', async (transaction) => {
    const where = { organizationId_resourceUID: { organizationId, resourceUID } };
    const known = await transaction.resource.findUnique({ where });
    if (!known) throw new NotFoundError('Resource', resourceUID);
    refuse(['resourceUID', scopeProblem(session, known.scope)]);
    if (known.status === 'REMOVED') throw new ConflictError('The resource is removed already.');
    const now = session.clock();
    const data = { status: 'REMOVED', updatedAt: now, removedAt: now };
    const { type, name, scope } = known;
    return {
      result: await transaction.resource.update({ where, data }),
      event: {
        action: 'resource.removed',
        resourceUID,
        metadata: { type, name, scope: scope as ProductScope },
        changes: [{ path: 'status', from: 'ACTIVE', to: 'REMOVED' }],
      },
    };
  });
}
