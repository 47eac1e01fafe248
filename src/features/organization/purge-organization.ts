import type { Transaction } from '../../database/database.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import type { Organization } from './organization.ts';
import { removeSome } from './purge-step.ts';

/** How long after its purge an organization's slug cannot be taken by another. */
const SLUG_RESERVED_DAYS = 90;

/** How many due organizations one sweep reads at a time. */
const SWEEP_BATCH = 100;

/** How many rows one step of a purge removes at most, so that its transaction stays short. */
export const STEP_ROWS = 500;

/** A step of a purge: what it tells of, and whether it was the last. */
interface PurgeStep {
  readonly isLast: boolean;
  readonly event: ServerEvent;
}

/**
 * Takes the next step of a purge: removes at most `stepRows` rows of what the organization has; the
 * last step removes the organization itself with the rest and leaves a tombstone that reserves the
 * slug. Its owners lose it with the first step. Accounts and the log stay.
 */
export async function purgeStep(
  transaction: Transaction,
  organization: Organization,
  now: Date,
  stepRows: number,
): Promise<PurgeStep> {
  const { id, name, slug, createdAt } = organization;
  const removed = await removeSome(transaction, id, stepRows);
  if (removed) {
    const event = {
      action: 'organization.purgeAdvanced',
      resourceUID: id,
      metadata: removed,
    } as const;
    return { isLast: false, event };
  }
  const slugReservedUntil = new Date(now.getTime() + SLUG_RESERVED_DAYS * DAY_MS);
  await transaction.tombstone.create({
    data: { organizationId: id, name, slug, createdAt, purgedAt: now, slugReservedUntil },
  });
  await transaction.organization.delete({ where: { id } });
  const metadata = { name, slug, slugReservedUntil: slugReservedUntil.toISOString() };
  return { isLast: true, event: { action: 'organization.purged', resourceUID: id, metadata } };
}

/**
 * Purges every organization whose grace period has ended, in steps that each have their own
 * transaction; returns how many. One that was left in the middle is taken up where it stands. Safe
 * beside other processes: one that was purged or restored meanwhile is passed over.
 */
export async function purgeDue(session: Session, stepRows: number = STEP_ROWS): Promise<number> {
  const due = await session.read.organization.findMany({
    where: { purgeAt: { lte: session.clock() } },
    select: { id: true },
    take: SWEEP_BATCH,
  });
  let purgedCount = 0;
  for (const { id } of due) {
    if (await purgeIfDue(session, id as OrganizationId, stepRows)) purgedCount += 1;
  }
  return purgedCount;
}

async function purgeIfDue(
  session: Session,
  id: OrganizationId,
  stepRows: number,
): Promise<boolean> {
  try {
    while (!(await purgeFurther(session, id, stepRows)));
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** One step in a transaction of its own; whether it was the last. */
const purgeFurther = (session: Session, id: OrganizationId, stepRows: number): Promise<boolean> =>
  change(session, id, 'organization:delete', async (transaction) => {
    const now = session.clock();
    const organization = await transaction.organization.findFirst({
      where: { id, purgeAt: { lte: now } },
    });
    if (!organization) throw new NotFoundError('Organization', id);
    const { isLast, event } = await purgeStep(transaction, organization, now, stepRows);
    return { result: isLast, event };
  });
