import type { Transaction } from '../database/database.ts';
import { type Derivation, derivedAnew, deriveFurther } from './derivation.ts';
import { SEARCHABLE } from './searchable.ts';
import type { Session } from './session.ts';
import { TALLIES } from './tallies.ts';

/** Everything that is made of logs in the background. */
const DERIVATIONS: readonly Derivation[] = [TALLIES, SEARCHABLE];

/**
 * How many entries may wait: what is read from a derivation adds them one by one, and so many small
 * changes make one step.
 */
const LEAST_BEHIND = 1_000;

/** Ledgers that are further ahead of a marker than that. */
const BEHIND = `
SELECT l."id" AS "ledgerId" FROM "Ledger" l
LEFT JOIN "Derivation" d ON d."ledgerId" = l."id" AND d."name" = $1
WHERE l."size" - coalesce(d."upToSequence", 0) >= $2`;

/**
 * Takes every log that is well behind one step further, in each derivation; whether any has more.
 * Stops between two steps when `signal` says so.
 */
export async function deriveBehind(
  session: Session,
  signal?: AbortSignal,
  least: number = LEAST_BEHIND,
): Promise<boolean> {
  let hasMore = false;
  for (const derivation of DERIVATIONS) {
    const behind = await session.select<{ ledgerId: number }>(BEHIND, [derivation.name, least]);
    for (const { ledgerId } of behind) {
      if (signal?.aborted) return false;
      hasMore = (await deriveFurther(session, derivation, Number(ledgerId))) || hasMore;
    }
  }
  return hasMore;
}

/**
 * Changes or removes entries of a log, whose turn the transaction holds, so that all that is derived
 * of them follows in the same transaction.
 */
export const changingEntries = <T>(
  transaction: Transaction,
  { provider }: Pick<Session, 'provider'>,
  ledgerId: number,
  sequences: readonly number[],
  work: () => Promise<T>,
): Promise<T> =>
  DERIVATIONS.reduce<() => Promise<T>>(
    (inner, derivation) => () =>
      derivedAnew(transaction, provider, derivation, ledgerId, sequences, inner),
    work,
  )();
