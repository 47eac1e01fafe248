import { Bindings } from '../../database/bindings.ts';
import type { Reader, Transaction } from '../../database/database.ts';
import type { EntryErasure } from '../../database/erase.ts';
import { UnavailableError } from '../../kernel/errors.ts';
import type { Session } from '../../ledger/session.ts';
import { heldCondition, type StandingHold, standingHolds } from '../legal-hold/held.ts';
import { addressFinder } from './address-finder.ts';
import { type Blocker, ErasureBlockedError } from './erasure-blocked.ts';

/** How many of these entries are under any of the holds. */
export async function countHeld(
  session: Session,
  ledgerId: number,
  holds: readonly StandingHold[],
  entries: readonly EntryErasure[],
): Promise<number> {
  if (holds.length === 0 || entries.length === 0) return 0;
  const bindings = new Bindings(session.provider);
  const places = entries.map(({ sequence }) => bindings.bind(sequence));
  const [row] = await session.select<{ found: number | bigint; held: number | bigint | null }>(
    `SELECT count(*) AS "found",
      sum(CASE WHEN ${heldCondition(holds, bindings)} THEN 1 ELSE 0 END) AS "held"
    FROM "AuditLog"
    WHERE "ledgerId" = ${bindings.bind(ledgerId)} AND "sequence" IN (${places.join(', ')})`,
    bindings.values,
  );
  // What is not counted whole must not pass as not held.
  if (Number(row?.found) !== entries.length)
    throw new UnavailableError('Entries are not there yet.');
  return Number(row?.held ?? 0);
}

/**
 * Asserts that no hold that stands covers any of the entries, in a transaction that has the log's turn:
 * then none is made before it ends.
 * @throws ErasureBlockedError naming the holds
 */
export async function assertNotHeld(
  session: Session,
  transaction: Transaction,
  ledgerId: number,
  entries: readonly EntryErasure[],
): Promise<void> {
  const holds = await standingHolds(transaction, ledgerId);
  if ((await countHeld(session, ledgerId, holds, entries)) === 0) return;
  throw new ErasureBlockedError(await coveringHolds(session, ledgerId, holds, entries));
}

/** Those of the holds that cover an entry. */
export async function coveringHolds(
  session: Session,
  ledgerId: number,
  holds: readonly StandingHold[],
  entries: readonly EntryErasure[],
): Promise<Blocker[]> {
  const covering: Blocker[] = [];
  for (const hold of holds) {
    if ((await countHeld(session, ledgerId, [hold], entries)) > 0) covering.push(blockedBy(hold));
  }
  return covering;
}

const blockedBy = ({ id }: { readonly id: string }): Blocker => ({ reason: 'LEGAL_HOLD', id });

/** The holds of an organization whose own words, filter or reason, name the address. */
export async function holdsNaming(
  { legalHold }: Pick<Reader, 'legalHold'>,
  organizationId: string,
  email: string,
): Promise<Blocker[]> {
  const names = addressFinder(email);
  const rows = await legalHold.findMany({
    where: { organizationId },
    select: { id: true, filter: true, reason: true },
    orderBy: { id: 'asc' },
  });
  return rows.filter(({ filter, reason }) => [filter, reason].some(names)).map(blockedBy);
}
