import type { Transaction } from '../../database/database.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';

/**
 * Takes back the open offer of ownership from or to a person whose place in the organization changes,
 * and returns the events that tell of it: one, or none.
 */
export async function closeOffersOf(
  transaction: Transaction,
  organizationId: string,
  userId: string,
  now: Date,
): Promise<ServerEvent[]> {
  const open = await transaction.ownershipOffer.findMany({
    where: { pendingFor: organizationId, OR: [{ fromUserId: userId }, { toUserId: userId }] },
  });
  await transaction.ownershipOffer.updateMany({
    where: { id: { in: open.map(({ id }) => id) } },
    data: { status: 'REVOKED', pendingFor: null, closedAt: now },
  });
  return open.map(({ id, fromEmail, toEmail }) => ({
    action: 'ownership.offerRevoked',
    resourceUID: id,
    metadata: { from: fromEmail, to: toEmail },
    changes: [{ path: 'status', from: 'PENDING', to: 'REVOKED' }],
  }));
}
