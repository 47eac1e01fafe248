import type { Provider, Transaction } from '../database/database.ts';
import { isNumberOf, ownStatement, rowsOf } from '../database/dialect.ts';
import { fold } from '../database/fold.ts';
import type { Derivation, Entries } from './derivation.ts';
import { gramsOf } from './grams.ts';
import { decodePlaces, encodePlaces, noPlaces, setPlace, windowOf } from './places.ts';

/** Where in a log each gram of its entries' details is: `docs/decisions/0021` says why so. */
export const SEARCHABLE: Derivation = {
  name: 'grams',
  take: async (transaction, provider, ledgerId, entries, sign) => {
    // A plan that was made while the table was empty would read all of it, each time.
    if (provider === 'postgresql') {
      await transaction.$executeRawUnsafe('SET LOCAL enable_seqscan = off');
    }
    const texts = await foldedDetails(transaction, provider, ledgerId, entries);
    for (const [window, some] of Map.groupBy(texts, ({ sequence }) => windowOf(sequence))) {
      await mark({ transaction, provider, ledgerId, window }, byGram(some), sign > 0);
    }
  },
  forget: async (transaction, ledgerId) => {
    await transaction.auditGram.deleteMany({ where: { ledgerId } });
  },
};

interface Text {
  readonly sequence: number;
  readonly text: string;
}

async function foldedDetails(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  entries: Entries,
): Promise<Text[]> {
  const [among, values] =
    'sequences' in entries
      ? [isNumberOf(provider, '"sequence"', '$2'), [entries.sequences.join(',')]]
      : ['"sequence" > $2::int8 AND "sequence" <= $3::int8', [entries.after, entries.upTo]];
  // Only Postgres itself knows how it folds; SQLite knows of it what we teach it.
  const text = provider === 'sqlite' ? '"details"' : 'fold("details")';
  const rows = await transaction.$queryRawUnsafe<{ sequence: number | bigint; text: string }[]>(
    ...ownStatement(
      provider,
      `SELECT "sequence", ${text} AS "text" FROM "AuditLog" WHERE "ledgerId" = $1::int4 AND ${among} AND "details" IS NOT NULL`,
      ...[ledgerId, ...values],
    ),
  );
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    text: provider === 'sqlite' ? fold(row.text) : row.text,
  }));
}

function byGram(texts: readonly Text[]): Map<number, number[]> {
  const sequences = new Map<number, number[]>();
  for (const { sequence, text } of texts) {
    for (const gram of gramsOf(text)) {
      const known = sequences.get(gram);
      if (known) known.push(sequence);
      else sequences.set(gram, [sequence]);
    }
  }
  return sequences;
}

interface Window {
  readonly transaction: Transaction;
  readonly provider: Provider;
  readonly ledgerId: number;
  readonly window: number;
}

/** Puts sequences in, or takes them out, in the rows of their grams; a row with none left goes. */
async function mark(
  at: Window,
  sequences: ReadonlyMap<number, readonly number[]>,
  isIn: boolean,
): Promise<void> {
  if (sequences.size === 0) return;
  const stored = await storedPlaces(at, [...sequences.keys()]);
  const kept: { gram: number; places: string }[] = [];
  const emptied: number[] = [];
  for (const [gram, marked] of sequences) {
    const known = stored.get(gram);
    const places = known ? decodePlaces(known) : noPlaces();
    for (const sequence of marked) setPlace(places, sequence, isIn);
    const bytes = encodePlaces(places);
    if (bytes.length === 0) emptied.push(gram);
    else kept.push({ gram, places: Buffer.from(bytes).toString('hex') });
  }
  await store(at, kept);
  await remove(at, emptied);
}

async function storedPlaces(
  { transaction, provider, ledgerId, window }: Window,
  grams: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const rows = await transaction.$queryRawUnsafe<{ gram: number | bigint; places: Uint8Array }[]>(
    ...ownStatement(
      provider,
      `SELECT "gram", "places" FROM "AuditGram" WHERE "ledgerId" = $1::int4 AND "window" = $2::int4 AND ${isNumberOf(provider, '"gram"', '$3')}`,
      ...[ledgerId, window, grams.join(',')],
    ),
  );
  return new Map(rows.map(({ gram, places }) => [Number(gram), places]));
}

async function store(
  { transaction, provider, ledgerId, window }: Window,
  rows: readonly { gram: number; places: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  const given = rowsOf(provider, '$3', { gram: 'int8', places: 'bytea' });
  await transaction.$executeRawUnsafe(
    ...ownStatement(
      provider,
      `INSERT INTO "AuditGram" ("ledgerId", "window", "gram", "places")
       SELECT $1::int4, $2::int4, "gram", "places" FROM ${given} WHERE true
       ON CONFLICT ("ledgerId", "gram", "window") DO UPDATE SET "places" = excluded."places"`,
      ...[ledgerId, window, JSON.stringify(rows)],
    ),
  );
}

async function remove(
  { transaction, provider, ledgerId, window }: Window,
  grams: readonly number[],
): Promise<void> {
  if (grams.length === 0) return;
  await transaction.$executeRawUnsafe(
    ...ownStatement(
      provider,
      `DELETE FROM "AuditGram" WHERE "ledgerId" = $1::int4 AND "window" = $2::int4 AND ${isNumberOf(provider, '"gram"', '$3')}`,
      ...[ledgerId, window, grams.join(',')],
    ),
  );
}
