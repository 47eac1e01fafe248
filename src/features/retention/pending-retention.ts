import type { Reader, Transaction } from '../../database/database.ts';
import type { PendingRetention as Row } from '../../generated/sqlite/client.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import type { Session } from '../../ledger/session.ts';
import { isShortened, longestOf, type RetentionPolicy } from './policy.ts';
import { scopesIn, scopesText } from './scope-retention.ts';

/** How long a shorter retention waits before pruning obeys it. */
export const WAIT_DAYS = 7;

/** A shorter retention that waits: what is in force meanwhile, and until when. */
export interface PendingRetention {
  readonly inForce: RetentionPolicy;
  readonly effectiveAt: Date;
  readonly requestedById: string | null;
}

const pendingOf = (row: Row): PendingRetention => ({
  ...row,
  inForce: { retentionDays: row.inForceDays, scopes: scopesIn(row.inForceScopes) },
});

/** The changes that wait at `now`, in the order of the organizations; null where none does. */
export async function pendingRetentions(
  source: Pick<Reader | Transaction, 'pendingRetention'>,
  organizationIds: readonly string[],
  now: Date,
): Promise<(PendingRetention | null)[]> {
  const rows = await source.pendingRetention.findMany({
    where: { organizationId: { in: [...organizationIds] }, effectiveAt: { gt: now } },
  });
  const byOrganization = new Map(rows.map((row) => [row.organizationId, pendingOf(row)]));
  return organizationIds.map((id) => byOrganization.get(id) ?? null);
}

/** The change that waits in one organization. */
export const pendingRetention = async (
  source: Pick<Reader | Transaction, 'pendingRetention'>,
  organizationId: string,
  now: Date,
): Promise<PendingRetention | null> =>
  (await pendingRetentions(source, [organizationId], now))[0] ?? null;

/**
 * Lets a retention that was just set come into force: at once where it is longer, in seven days
 * where it is shorter. While it waits, pruning keeps what either keeps; a further shortening begins
 * the wait anew. Call it in the change that sets it.
 */
export async function scheduleRetention(
  transaction: Transaction,
  { actor, clock }: Session,
  organizationId: string,
  { from, to }: { readonly from: RetentionPolicy; readonly to: RetentionPolicy },
): Promise<void> {
  const now = clock();
  const waiting = await pendingRetention(transaction, organizationId, now);
  const inForce = waiting?.inForce ?? from;
  await transaction.pendingRetention.deleteMany({ where: { organizationId } });
  if (!isShortened(inForce, to)) return;
  const kept = longestOf(inForce, to);
  const goesOn = waiting !== null && !isShortened(from, to);
  await transaction.pendingRetention.create({
    data: {
      organizationId,
      inForceDays: kept.retentionDays,
      inForceScopes: scopesText(kept.scopes),
      requestedAt: now,
      effectiveAt: goesOn ? waiting.effectiveAt : new Date(now.getTime() + WAIT_DAYS * DAY_MS),
      requestedById: actor.type === 'USER' ? actor.id : null,
    },
  });
}
