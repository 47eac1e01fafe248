import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type PackFiles, packOf, rowsOf, testKey, withManifest } from '../support/evidence-log.ts';
import { tamperRounds } from '../support/tamper-rounds.ts';
import { judged } from '../support/verdicts.ts';

const key = testKey();
const { tamperings } = tamperRounds();
vi.setConfig({ testTimeout: 30_000 + 100 * tamperings });

/** Some of its entries lost their body to an erasure. */
const rows = rowsOf(12).map((row, n) =>
  n % 5 === 3 ? { ...row, resourceUID: null, erased: 'RESOURCE_UID' } : row,
);
const ENTRIES = 'entries.ndjson';
const otherBits = fc.integer({ min: 1, max: 255 });

const changedAt = (text: string, at: number, bits: number): Buffer => {
  const bytes = Buffer.from(text);
  bytes[at] = (bytes[at] ?? 0) ^ bits;
  return bytes;
};

/** Where a byte stands: the text of its line, the number of the line, and its place in it. */
type Expected = (line: string, number: number, column: number) => (number | null)[];

/** Changes one byte: that is tampered with, and one of those expected is named. */
async function change(pack: PackFiles, at: number, bits: number, expected: Expected) {
  const text = pack[ENTRIES] ?? '';
  const before = Buffer.from(text).subarray(0, at).toString('latin1').split('\n');
  const line = text.split('\n')[before.length - 1] ?? '';
  const files = { ...pack, [ENTRIES]: changedAt(text, at, bits) };
  const { exitCode, firstBadSequence } = await judged(files, { keys: [key] });
  expect(exitCode).toBe(1);
  expect(expected(line, before.length, before.at(-1)?.length ?? 0)).toContain(firstBadSequence);
}

const anyChange = (pack: PackFiles, expected: Expected): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      fc.nat({ max: Buffer.byteLength(pack[ENTRIES] ?? '') - 1 }),
      otherBits,
      (at, bits) => change(pack, at, bits, expected),
    ),
    { numRuns: tamperings },
  );

const withBareLeaves = packOf(rows, key, { pruned: [1, 2, 7, 12] });

/** A leaf alone is borne out by nothing but the root, unless it is none any more. */
const lineOrLeaf: Expected = (line, number, column) => {
  const leaf = /^\{(?:"erasedSequence":\d+,)?"leaf":"/.exec(line)?.[0].length;
  const isInLeaf = leaf !== undefined && column >= leaf && column < leaf + 64;
  return isInLeaf ? [null, number] : [number];
};

test('a byte changed in a log with pruned and erased entries names the line, but within a bare leaf', async () => {
  expect(await judged(withBareLeaves, { keys: [key] })).toMatchObject({ exitCode: 0 });
  await anyChange(withBareLeaves, lineOrLeaf);
});

test('whichever byte of a pruned or erased entry is changed, its line is named', async () => {
  let at = 0;
  for (const line of (withBareLeaves[ENTRIES] ?? '').split(/(?<=\n)/)) {
    const end = at + Buffer.byteLength(line);
    if (line.startsWith('{"actor"')) at = end;
    for (; at < end; at += 1) await change(withBareLeaves, at, 1, lineOrLeaf);
  }
});

test('a byte changed in selected entries names the one that it is in', async () => {
  const selected = [2, 4, 5, 9, 12];
  const pack = packOf(rows, key, { selected });
  await anyChange(pack, (_line, number) => [selected[number - 1] ?? null]);
});

test('a signature of the manifest that the user has no key for is checked by the keys that it tells of', async () => {
  const other = testKey();
  const plain = packOf(rows, key);
  const { 'manifest.json': text = '', 'manifest.note': _, ...files } = plain;
  const listing = { ...files, 'keys.txt': `# ours\n${key.vkey}\n${other.vkey}\n` };
  const pack = withManifest(listing, key, JSON.parse(text));
  const [statement = '', first = ''] = pack['manifest.note']?.split('\n\n') ?? [];
  const second = other.sign(`${statement}\n`).split('\n\n')[1] ?? '';
  const stranger = testKey().sign(`${statement}\n`).split('\n\n')[1] ?? '';
  const judgedWith = async (line: string) => {
    const note = `${statement}\n\n${first}${line}`;
    return (await judged({ ...pack, 'manifest.note': note }, { keys: [key] })).exitCode;
  };
  expect(await judgedWith('')).toBe(0);
  expect(await judgedWith(second)).toBe(0);
  expect(await judgedWith(other.sign('something else\n').split('\n\n')[1] ?? '')).toBe(1);
  expect(await judgedWith(stranger)).toBe(1);
});
