import type { Transaction } from '../../database/database.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { ConflictError, ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from './current-organization.ts';
import type { Organization } from './organization.ts';
import { purgeStep, STEP_ROWS } from './purge-organization.ts';

/**
 * Which organization to delete; `confirmName` must be its name, letter for letter. It may be left out
 * where the deletion can still be undone, for the REST door, whose DELETE has no body.
 */
export interface DeleteOrganizationInput {
  readonly organizationId?: string | null | undefined;
  readonly confirmName?: string | null | undefined;
  readonly graceDays?: number | null | undefined;
}

const DEFAULT_GRACE_DAYS = 30;
const LONGEST_GRACE_DAYS = 365;

/**
 * Schedules the deletion of an organization and blocks access to it at once; with no days of grace
 * it is purged now, or, when it has too much for one transaction, lost to its owners now and purged
 * by the next sweeps. Its log stays either way, and tells of the deletion.
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
    assertDeletable(organization, confirmName, graceDays);
    const now = session.clock();
    const purgeAt = new Date(now.getTime() + graceDays * DAY_MS);
    const result = { organizationId: id, purgeAt };
    const step =
      graceDays === 0 ? await purgeStep(transaction, organization, now, STEP_ROWS) : null;
    if (step?.isLast) return { result, event: step.event };
    const scheduled = await schedule(transaction, organization, { now, purgeAt, by: actor.email });
    return { result, events: step ? [scheduled, step.event] : [scheduled] };
  });
}

function assertDeletable(
  { name, purgeAt }: Organization,
  confirmName: string | null | undefined,
  graceDays: number,
): void {
  refuse([
    'confirmName',
    confirmName === name || (confirmName == null && graceDays > 0)
      ? null
      : 'Must be the name of the organization, exactly.',
  ]);
  if (purgeAt && graceDays > 0) {
    throw new ConflictError('The deletion of the organization is scheduled already.');
  }
}

async function schedule(
  transaction: Transaction,
  { id, name, version, purgeAt: before }: Organization,
  { now, purgeAt, by }: { readonly now: Date; readonly purgeAt: Date; readonly by: string },
): Promise<ServerEvent> {
  await transaction.organization.update({
    where: { id },
    data: {
      purgeAt,
      deletionRequestedAt: now,
      deletionRequestedByEmail: by,
      version: version + 1,
      updatedAt: now,
    },
  });
  const graceDays = Math.round((purgeAt.getTime() - now.getTime()) / DAY_MS);
  const [from, to] = [before?.toISOString() ?? null, purgeAt.toISOString()];
  return {
    action: 'organization.deletionScheduled',
    resourceUID: id,
    metadata: { name, graceDays, purgeAt: to },
    changes: [{ path: 'deletion.purgeAt', from, to }],
  };
}
