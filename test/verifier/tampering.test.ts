import process from 'node:process';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { EvidenceRow } from '../../src/features/audit-log/evidence-line.ts';
import { checkpointText, leafOf, packOf, rowsOf, testKey } from '../support/evidence-log.ts';
import { tamperRounds } from '../support/tamper-rounds.ts';
import { judged } from '../support/verdicts.ts';

const key = testKey();
const keys = [key];
const { tamperings, untouched } = tamperRounds();
vi.setConfig({ testTimeout: 30_000 + 100 * tamperings });
const LONGEST = 24;
const LOG = rowsOf(LONGEST + 8);

type Column = keyof EvidenceRow;
/** All but what no pack holds: the mark of an erasure, since there what is not disclosed is not there, and what salts were made from. */
const COLUMNS = (Object.keys(LOG[0] ?? {}) as Column[]).filter(
  (column) => column !== 'erased' && column !== 'salt',
);

/** Another value of a column: never the one it had, and never the absence that erasure leaves. */
function otherValue(column: Column, value: unknown, salt: number): unknown {
  if (value instanceof Uint8Array) {
    const other = Uint8Array.from(value);
    other[salt % other.length] = (other[salt % other.length] ?? 0) ^ (1 + (salt % 255));
    return other;
  }
  if (column === 'id') return new Uint8Array(16).fill(salt);
  if (typeof value === 'number') return value + 1 + (salt % 1_000);
  if (column === 'changes') return '[]';
  if (column === 'metadata') return '{}';
  return `${value ?? ''}${'x'.repeat(1 + (salt % 3))}`;
}

/** What somebody did to a log, and the entry that must be named; null when it cannot be known. */
interface Tampered {
  readonly rows: readonly EvidenceRow[];
  readonly bad: number | null;
  readonly codes: readonly number[];
}

type Tampering = (rows: readonly EvidenceRow[], at: number, salt: number) => Tampered;

const place = (rows: readonly EvidenceRow[], at: number): EvidenceRow => {
  const row = rows[at];
  if (!row) throw new Error(`No entry at ${at}.`);
  return row;
};

const renumbered = (rows: readonly EvidenceRow[]) =>
  rows.map((row, n) => ({ ...row, sequence: n + 1 }));

const releafed = (row: EvidenceRow): EvidenceRow => ({ ...row, leafHash: leafOf(row) });

/** Changes a column of one entry, and leaves the rest as it was. */
const edit =
  (column: Column): Tampering =>
  (rows, at, salt) => {
    const row = place(rows, at);
    const edited = { ...row, [column]: otherValue(column, row[column], salt) } as EvidenceRow;
    return { rows: rows.with(at, edited), bad: at + 1, codes: [1] };
  };

/** Changes a column that the leaf is made of, and the leaf with it. */
const rewrite =
  (column: Column): Tampering =>
  (rows, at, salt) => {
    const { rows: edited } = edit(column)(rows, at, salt);
    return { rows: edited.with(at, releafed(place(edited, at))), bad: null, codes: [1, 2] };
  };

const ARRANGEMENTS: Record<string, Tampering> = {
  'insert and renumber': (rows, at) => ({
    rows: renumbered(rows.toSpliced(at, 0, place(LOG, LONGEST + 1))).map(releafed),
    bad: null,
    codes: [1],
  }),
  'insert a second one': (rows, at) => ({
    rows: rows.toSpliced(at, 0, releafed({ ...place(LOG, LONGEST + 1), sequence: at + 1 })),
    bad: at + 1,
    codes: [1],
  }),
  delete: (rows, at) => ({ rows: rows.toSpliced(at, 1), bad: null, codes: [2] }),
  'delete and renumber': (rows, at) => ({
    rows: renumbered(rows.toSpliced(at, 1)).map(releafed),
    bad: null,
    codes: [2],
  }),
  swap: (rows, at) => {
    const [one, other] = [at % (rows.length - 1), (at % (rows.length - 1)) + 1];
    const swapped = rows.with(one, place(rows, other)).with(other, place(rows, one));
    return { rows: swapped, bad: one + 1, codes: [1] };
  },
  'swap and renumber': (rows, at) => {
    const { rows: swapped } = ARRANGEMENTS['swap']?.(rows, at, 0) ?? { rows };
    return { rows: renumbered(swapped).map(releafed), bad: null, codes: [1] };
  },
  'cut the tail': (rows, at) => ({ rows: rows.slice(0, at), bad: null, codes: [2] }),
};

const BODY_COLUMNS = COLUMNS.filter(
  (column) => !['leafHash', 'actorSalt', 'contentSalt'].includes(column),
);

const TAMPERINGS: readonly (readonly [string, Tampering])[] = [
  ...COLUMNS.map((column) => [`edit ${column}`, edit(column)] as const),
  ...BODY_COLUMNS.map((column) => [`rewrite ${column}`, rewrite(column)] as const),
  ...Object.entries(ARRANGEMENTS),
];

const anyPlace = fc.nat({ max: LONGEST - 1 });
const size = fc.integer({ min: 2, max: LONGEST });

const say = (line: string): void => void process.stdout.write(`${line}\n`);

test(`${tamperings} random tamperings of whole logs are found, and the entry named where it can be known`, async () => {
  const met = new Set<string>();
  let foundCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...TAMPERINGS),
      size,
      anyPlace,
      fc.nat(),
      async ([name, tamper], count, at, salt) => {
        met.add(name);
        const signed = LOG.slice(0, count);
        const { rows, bad, codes } = tamper(signed, at % count, salt);
        const { exitCode, firstBadSequence } = await judged(packOf(rows, key, { signed }), {
          keys,
        });
        expect(codes, name).toContain(exitCode);
        if (bad !== null) expect(firstBadSequence, name).toBe(bad);
        foundCount += 1;
      },
    ),
    { numRuns: tamperings },
  );
  say(`${foundCount} of ${tamperings} tamperings of whole logs found, of ${met.size} kinds`);
  expect(met.size).toBeGreaterThan(TAMPERINGS.length / 2);
});

test(`${tamperings} random tamperings of selected entries are found, and the entry named`, async () => {
  let foundCount = 0;
  const edits = [...COLUMNS.map((column) => edit(column)), ...BODY_COLUMNS.map(rewrite)];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...edits),
      size,
      anyPlace,
      fc.nat(),
      fc.subarray(LOG.map(({ sequence }) => Number(sequence))),
      async (tamper, count, at, salt, others) => {
        const signed = LOG.slice(0, count);
        const index = at % count;
        const { rows } = tamper(signed, index, salt);
        const pack = packOf(rows, key, { signed, selected: [...others, index + 1] });
        const { exitCode, firstBadSequence } = await judged(pack, { keys });
        expect([exitCode, firstBadSequence]).toEqual([1, expect.any(Number)]);
        foundCount += 1;
      },
    ),
    { numRuns: tamperings },
  );
  say(`${foundCount} of ${tamperings} tamperings of selected entries found, each with its entry`);
});

test('an older copy of a log is found by a checkpoint that was kept', async () => {
  const olderCopies = Math.ceil(tamperings / 10);
  let foundCount = 0;
  await fc.assert(
    fc.asyncProperty(size, fc.integer({ min: 1, max: 8 }), async (count, more) => {
      const previous = checkpointText(LOG.slice(0, count + more), key);
      const { exitCode } = await judged(packOf(LOG.slice(0, count), key), { keys, previous });
      expect(exitCode).toBe(1);
      foundCount += 1;
    }),
    { numRuns: olderCopies },
  );
  say(`${foundCount} of ${olderCopies} older copies found`);
});

test(`${untouched} untouched logs raise no alarm`, async () => {
  let soundCount = 0;
  const places = fc.subarray(LOG.map(({ sequence }) => Number(sequence)));
  await fc.assert(
    fc.asyncProperty(size, places, places, places, fc.boolean(), async (count, ...rest) => {
      const [erased, pruned, chosen, isWhole] = rest;
      const rows = LOG.slice(0, count).map((row, n) => ({
        ...row,
        ...(erased.includes(n + 1) && { actorSalt: null, contentSalt: null }),
      }));
      const selected = chosen.filter((sequence) => sequence <= count);
      const previousSize = 1 + (erased.length % count);
      const options = isWhole ? { pruned: pruned.filter((at) => at <= count) } : { selected };
      const previous = checkpointText(LOG.slice(0, previousSize), key);
      const pack = packOf(rows, key, { ...options, previousSize });
      expect(await judged(pack, { keys, previous })).toMatchObject({ exitCode: 0, findings: [] });
      soundCount += 1;
    }),
    { numRuns: untouched },
  );
  say(`${untouched - soundCount} false alarms on ${untouched} untouched logs`);
});
