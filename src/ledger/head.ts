import type { Transaction } from '../database/database.ts';
import type { Ledger } from '../generated/sqlite/client.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { EMPTY_ROOT } from './merkle.ts';

/** The head of an organization's log, held by this transaction until it ends. */
export type LedgerHead = Ledger;

/**
 * Takes the organization's turn: locks its ledger head until the transaction ends, so that
 * its changes happen one at a time and sequences follow commit order.
 * It must be the transaction's first statement. Null when there is no such log.
 */
export async function takeTurn(
  transaction: Transaction,
  organizationId: OrganizationId,
): Promise<LedgerHead | null> {
  const [head] = await transaction.ledger.updateManyAndReturn({
    where: { organizationId },
    data: { size: { increment: 0 } },
  });
  return head ?? null;
}

/** Begins the log of a new organization: an empty tree. */
export const openLedger = (
  transaction: Transaction,
  organizationId: OrganizationId,
): Promise<LedgerHead> =>
  transaction.ledger.create({
    data: {
      organizationId,
      size: 0n,
      frontier: new Uint8Array(0),
      root: Uint8Array.from(EMPTY_ROOT),
      firstKeptSequence: 1n,
      lastRecordedAtMs: 0n,
    },
  });
