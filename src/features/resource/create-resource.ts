import { newId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { nameProblem, trimmedName } from '../../kernel/text.ts';
import type { ProductScope } from '../../kernel/vocabulary.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import {
  type Resource,
  ResourceExistsError,
  resourceUidProblem,
  scopeProblem,
} from './resource.ts';

/** What a resource is registered with. */
export interface CreateResourceInput {
  readonly organizationId?: string | null | undefined;
  /** What its product calls it, as in AuditLog.resourceUID. */
  readonly resourceUID: string;
  readonly type: string;
  readonly name: string;
  readonly scope: ProductScope;
}

/**
 * Enters a thing in the registry of what the organization owns; one that was removed comes back.
 * @throws InvalidInputError | ResourceExistsError | as `change` with `resource:manage`
 */
export async function createResource(
  session: Session,
  input: CreateResourceInput,
): Promise<Resource> {
  const { resourceUID, type, scope } = input;
  refuse(
    ['resourceUID', resourceUidProblem(resourceUID)],
    ['type', TYPE.test(type) ? null : TYPE_RULE],
    ['name', nameProblem(input.name)],
    ['scope', scopeProblem(session, scope)],
  );
  const organizationId = await selectedOrganizationId(session, input.organizationId);
  const id = newId('res');
  const name = trimmedName(input.name);
  return change(session, organizationId, 'resource:manage', async (transaction) => {
    const where = { organizationId_resourceUID: { organizationId, resourceUID } };
    const known = await transaction.resource.findUnique({ where });
    if (known?.status === 'ACTIVE') throw new ResourceExistsError(resourceUID);
    // What was removed is still its product's to bring back.
    if (known) refuse(['resourceUID', scopeProblem(session, known.scope)]);
    const now = session.clock();
    const facts = { type, name, scope, status: 'ACTIVE' };
    const result = await transaction.resource.upsert({
      where,
      create: { id, organizationId, resourceUID, ...facts, createdAt: now, updatedAt: now },
      update: { ...facts, updatedAt: now, removedAt: null },
    });
    return {
      result,
      event: {
        action: 'resource.registered',
        resourceUID,
        metadata: { type, name, scope },
        changes: Object.entries(facts).map(([path, to]) => ({
          path,
          from: known?.[path as keyof typeof facts] ?? null,
          to,
        })),
      },
    };
  });
}

const TYPE = /^[A-Za-z][A-Za-z0-9_.:/-]{0,99}$/;
const TYPE_RULE =
  'Must be a kind such as schedule: a letter, then at most 99 letters, digits and _ . : / -.';
