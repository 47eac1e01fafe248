import { DAY_MS } from '../../kernel/clock.ts';
import { ConflictError, ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from './current-organization.ts';
import { purge } from './purge-organization.ts';

/** Which organization to delete; `confirmName` must be its name, letter for letter. */
export interface DeleteOrganizationInput {
  readonly organizationId?: string | null | undefined;
  readonly confirmName: string;
  readonly graceDays?: number | null | undefined;
}

const DEFAULT_GRACE_DAYS = 30;
const LONGEST_GRACE_DAYS = 365;

/**
 * Schedules the deletion of an organization and blocks access to it at once; with no days of grace
 * it is purged now. Its log stays either way, and tells of the deletion.
 * @throws InvalidInputError the name does not confirm
 * @throws ConflictError it is scheduled already
 */
export async function deleteOrganization(
  session: Session,
  { organizationId, confirmName, graceDays: given }: DeleteOrganizationInput,
): Promise<{ organizationId: OrganizationId; purgeAt: Date }> {
  const { actor } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('organization:delete');
  const graceDays = given ?? DEFAULT_GRACE_DAYS;
  refuse([
    'graceDays',
    graceDays < 0 || graceDays > LONGEST_GRACE_DAYS
      ? `Must be from 0 (purge now) to ${LONGEST_GRACE_DAYS}; it is ${graceDays}.`
      : null,
  ]);
  const id = await selectedOrganizationId(session, organizationId);
  return change(session, id, 'organization:delete', async (transaction) => {
    const organization = await transaction.organization.findUniqueOrThrow({ where: { id } });
    refuse([
      'confirmName',
      confirmName === organization.name ? null : 'Must be the name of the organization, exactly.',
    ]);
    if (organization.purgeAt && graceDays > 0) {
      throw new ConflictError('The deletion of the organization is scheduled already.');
    }
    const now = session.clock();
    const purgeAt = new Date(now.getTime() + graceDays * DAY_MS);
    const result = { organizationId: id, purgeAt };
    if (graceDays === 0) return { result, event: await purge(transaction, organization, now) };
    await transaction.organization.update({
      where: { id },
      data: {
        purgeAt,
        deletionRequestedAt: now,
        deletionRequestedByEmail: actor.email,
        version: organization.version + 1,
        updatedAt: now,
      },
    });
    return {
      result,
      event: {
        action: 'organization.deletionScheduled',
        resourceUID: id,
        metadata: { name: organization.name, graceDays, purgeAt: purgeAt.toISOString() },
        changes: [{ path: 'deletion.purgeAt', from: null, to: purgeAt.toISOString() }],
      },
    };
  });
}
