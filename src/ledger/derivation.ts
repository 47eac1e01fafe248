import type { Provider, Transaction } from '../database/database.ts';
import type { Session } from './session.ts';
import { unrecorded } from './unrecorded.ts';

/** Some entries of a log: those of a span of sequences, or named one by one. */
export type Entries =
  | { readonly after: number; readonly upTo: number }
  | { readonly sequences: readonly number[] };

/**
 * Something that is made of a log in the background, entry by entry in the order of recording, so
 * that recording need not wait for it. Whoever reads it adds what lies beyond its marker.
 */
export interface Derivation {
  /** Its marker's name in the database. */
  readonly name: string;
  /** Takes entries in (+1), or out again as they stand now (−1). */
  take(
    transaction: Transaction,
    provider: Provider,
    ledgerId: number,
    entries: Entries,
    sign: 1 | -1,
  ): Promise<void>;
  /** Removes all of it. */
  forget(transaction: Transaction, ledgerId: number): Promise<void>;
}

/** Entries taken in by one transaction: enough to be quick, few enough to hold up nobody. */
export const TAKEN_AT_ONCE = 2_000;

/**
 * Takes in the next entries of a log, each once, whoever else does so beside it: the marker is held
 * until the step commits, and moves with it. Whether there are more.
 */
export const deriveFurther = (
  session: Session,
  derivation: Derivation,
  ledgerId: number,
): Promise<boolean> =>
  unrecorded(session, 'a cache of what the log says', async (transaction) => {
    const after = await heldMarker(transaction, session.provider, derivation, ledgerId);
    const { size } = await transaction.ledger.findUniqueOrThrow({
      where: { id: ledgerId },
      select: { size: true },
    });
    const upTo = Math.min(Number(size), after + TAKEN_AT_ONCE);
    if (upTo <= after) return false;
    await derivation.take(transaction, session.provider, ledgerId, { after, upTo }, 1);
    await transaction.derivation.update({
      where: { ledgerId_name: { ledgerId, name: derivation.name } },
      data: { upToSequence: BigInt(upTo) },
    });
    return upTo < Number(size);
  });

/**
 * Takes entries that change or go out of a derivation, as far as they are in it, runs `work`, and
 * takes what is left of them in again. The transaction holds the log's turn already; the marker is
 * held from here to its end.
 */
export async function derivedAnew<T>(
  transaction: Transaction,
  provider: Provider,
  derivation: Derivation,
  ledgerId: number,
  sequences: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const upTo = await heldMarker(transaction, provider, derivation, ledgerId);
  const entries = { sequences: sequences.filter((sequence) => sequence <= upTo) };
  const take = (sign: 1 | -1) =>
    entries.sequences.length === 0
      ? Promise.resolve()
      : derivation.take(transaction, provider, ledgerId, entries, sign);
  await take(-1);
  const result = await work();
  await take(1);
  return result;
}

/** Removes what was derived of a log, so that it is made anew from the beginning. */
export const forgetDerived = (
  session: Session,
  derivation: Derivation,
  ledgerId: number,
): Promise<void> =>
  unrecorded(session, 'a cache of what the log says', async (transaction) => {
    await heldMarker(transaction, session.provider, derivation, ledgerId);
    await derivation.forget(transaction, ledgerId);
    await transaction.derivation.update({
      where: { ledgerId_name: { ledgerId, name: derivation.name } },
      data: { upToSequence: 0n },
    });
  });

/** How far a derivation has come, as the reading door says now. */
export async function markerOf(
  { select }: Pick<Session, 'select'>,
  { name }: Derivation,
  ledgerId: number,
): Promise<number> {
  const [row] = await select<{ upTo: number | bigint }>(
    'SELECT "upToSequence" AS "upTo" FROM "Derivation" WHERE "ledgerId" = $1 AND "name" = $2',
    [ledgerId, name],
  );
  return Number(row?.upTo ?? 0);
}

/** How far it has come, held by this transaction until it ends. */
async function heldMarker(
  transaction: Transaction,
  provider: Provider,
  { name }: Derivation,
  ledgerId: number,
): Promise<number> {
  const values = provider === 'sqlite' ? '?, ?' : '$1::int, $2::text';
  const [row] = await transaction.$queryRawUnsafe<{ upTo: number | bigint }[]>(
    `INSERT INTO "Derivation" ("ledgerId", "name", "upToSequence") VALUES (${values}, 0)
     ON CONFLICT ("ledgerId", "name") DO UPDATE SET "upToSequence" = "Derivation"."upToSequence"
     RETURNING "upToSequence" AS "upTo"`,
    ...[ledgerId, name],
  );
  return Number(row?.upTo ?? 0);
}
