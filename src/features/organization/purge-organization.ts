import type { Transaction } from '../../database/database.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import type { Organization } from './organization.ts';

/** How long after its purge an organization's slug cannot be taken by another. */
const SLUG_RESERVED_DAYS = 90;

/** How many due organizations one sweep reads at a time. */
const SWEEP_BATCH = 100;

/**
 * Removes an organization with its memberships, keys and settings, leaves a tombstone that reserves
 * the slug, and returns the event that tells of it. Accounts and the log stay.
 */
export async function purge(
  transaction: Transaction,
  { id, name, slug, createdAt }: Organization,
  now: Date,
): Promise<ServerEvent> {
  const slugReservedUntil = new Date(now.getTime() + SLUG_RESERVED_DAYS * DAY_MS);
  await transaction.tombstone.create({
    data: { organizationId: id, name, slug, createdAt, purgedAt: now, slugReservedUntil },
  });
  await transaction.organization.delete({ where: { id } });
  return {
    action: 'organization.purged',
    resourceUID: id,
    metadata: { name, slug, slugReservedUntil: slugReservedUntil.toISOString() },
  };
}

/**
 * Purges every organization whose grace period has ended, each in its own transaction; returns
 * how many. Safe beside other processes: one that was purged or restored meanwhile is passed over.
 */
export async function purgeDue(session: Session): Promise<number> {
  const now = session.clock();
  const due = await session.read.organization.findMany({
    where: { purgeAt: { lte: now } },
    select: { id: true },
    take: SWEEP_BATCH,
  });
  let purgedCount = 0;
  for (const { id } of due) if (await purgeIfDue(session, id as OrganizationId)) purgedCount += 1;
  return purgedCount;
}

async function purgeIfDue(session: Session, id: OrganizationId): Promise<boolean> {
  try {
    return await change(session, id, 'organization:delete', async (transaction) => {
      const now = session.clock();
      const organization = await transaction.organization.findFirst({
        where: { id, purgeAt: { lte: now } },
      });
      if (!organization) throw new NotFoundError('Organization', id);
      return { result: true, event: await purge(transaction, organization, now) };
    });
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
