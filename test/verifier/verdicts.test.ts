import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkpointText,
  ORGANIZATION,
  packOf,
  rowAt,
  rowsOf,
  testKey,
  withManifest,
} from '../support/evidence-log.ts';
import { judged, type Trusted } from '../support/verdicts.ts';

const key = testKey();
const keys = [key];
const rows = rowsOf(20);
const whole = packOf(rows, key);
const some = packOf(rows, key, { selected: [2, 7, 20] });

const linesIn = (text = '') => text.split(/(?<=\n)/);

/** A pack with other lines, whose manifest was never told. */
const withLines = (pack: typeof whole, change: (lines: string[]) => string[]) => ({
  ...pack,
  'entries.ndjson': change(linesIn(pack['entries.ndjson'])).join(''),
});

const verdictOf = async (pack: Record<string, string | Uint8Array>, trusted: Trusted = {}) => {
  const { exitCode, firstBadSequence } = await judged(pack, { keys, ...trusted });
  return [exitCode, firstBadSequence];
};

describe('sound is', () => {
  test('a whole log, and some entries of it', async () => {
    expect(await verdictOf(whole, { organization: ORGANIZATION })).toEqual([0, null]);
    expect(await verdictOf(some, { organization: ORGANIZATION })).toEqual([0, null]);
  });

  test('a log without some entries that were pruned and some people who were erased', async () => {
    const erased = rows.map((row, n) => ({
      ...row,
      ...(n % 3 === 0 && { actorSalt: null }),
      ...(n % 5 === 0 && { contentSalt: null }),
    }));
    const pack = packOf(erased, key, { pruned: [1, 2, 9] });
    const { exitCode, facts } = await judged(pack, { keys });
    expect(exitCode).toBe(0);
    expect(facts).toMatchObject({ entryCount: 17, prunedCount: 3, withoutActor: 6 });
  });

  test('a log with entries that an erasure left no body', async () => {
    const erased = rows.map((row, n) =>
      n % 4 === 0 ? { ...row, resourceUID: null, erased: 'RESOURCE_UID' } : row,
    );
    for (const options of [{}, { selected: [1, 2, 5] }]) {
      const { exitCode, facts } = await judged(packOf(erased, key, options), { keys });
      expect(exitCode).toBe(0);
      expect(facts).toMatchObject({ withoutBody: 'selected' in options ? 2 : 5 });
    }
    const unmarked = erased.map((row) => ({ ...row, erased: null }));
    // The first of them had no resource anyway.
    expect(await verdictOf(packOf(unmarked, key, { signed: rows }))).toEqual([1, 5]);
  });

  test('the entries and the checkpoint alone', async () => {
    const bare = (pack: typeof whole) => ({
      'entries.ndjson': pack['entries.ndjson'] ?? '',
      'checkpoint.txt': pack['checkpoint.txt'] ?? '',
    });
    expect(await verdictOf(bare(whole))).toEqual([0, null]);
    expect(await verdictOf(bare(some))).toEqual([0, null]);
  });

  test.each([1, 2, 3, 4, 5, 8, 13])('a log of %i entries', async (count) => {
    const log = rowsOf(count);
    const selected = log.map(({ sequence }) => Number(sequence));
    expect(await verdictOf(packOf(log, key))).toEqual([0, null]);
    expect(await verdictOf(packOf(log, key, { selected }))).toEqual([0, null]);
  });

  test('a checkpoint that also others signed', async () => {
    const other = testKey('witness.example.com');
    const line = other.sign('anything\n').split('\n\n')[1];
    const note = `${whole['checkpoint.txt']}${line}`;
    const files = { 'entries.ndjson': whole['entries.ndjson'] ?? '', 'checkpoint.txt': note };
    expect(await verdictOf(files)).toEqual([0, null]);
  });
});

describe('tampered is', () => {
  test('an entry that was replaced together with its leaf', async () => {
    const forged = rows.with(6, rowAt(7, { ...rows[6], action: 'forged' } as (typeof rows)[0]));
    expect(await verdictOf(packOf(forged, key, { signed: rows }))).toEqual([1, null]);
    const selected = [2, 7, 20];
    expect(await verdictOf(packOf(forged, key, { signed: rows, selected }))).toEqual([1, 7]);
  });

  test('a leaf that retention left, which nothing but an earlier checkpoint narrows down', async () => {
    const pruned = packOf(rows, key, { pruned: [1, 2, 9] });
    const [line = ''] = linesIn(pruned['entries.ndjson']).filter((one) => one.includes(':9}'));
    const altered = line.replace(/"leaf":"(.)/, (_, digit) => `"leaf":"${digit === '0' ? 1 : 0}`);
    const text = (pruned['entries.ndjson'] ?? '').replace(line, altered);
    const pack = { ...pruned, 'entries.ndjson': text };
    const messages = async (previous?: string) => {
      const trusted = { keys, ...(previous !== undefined && { previous }) };
      const { exitCode, firstBadSequence, findings } = await judged(pack, trusted);
      expect([exitCode, firstBadSequence]).toEqual([1, null]);
      return findings.map(({ message }) => message).join('\n');
    };
    expect(await messages()).toContain('one of 1 to 20 was replaced');
    const earlier = (count: number) => packOf(rowsOf(count), key)['checkpoint.txt'] ?? '';
    expect(await messages(earlier(8))).toContain('one of 9 to 20 was replaced');
    expect(await messages(earlier(12))).toContain('one of 1 to 12 was replaced');
  });

  test('two entries in the wrong order, or one that stands there twice', async () => {
    const swapped = (lines: string[]) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? '');
    const doubled = (lines: string[]) => lines.toSpliced(2, 0, lines[1] ?? '');
    expect(await verdictOf(withLines(whole, swapped))).toEqual([1, 2]);
    expect(await verdictOf(withLines(whole, doubled))).toEqual([1, 2]);
    expect(await verdictOf(withLines(some, swapped))).toEqual([1, 7]);
    expect(await verdictOf(withLines(some, doubled))).toEqual([1, 7]);
  });

  test('a log shorter than one that was signed before, or with another beginning', async () => {
    const previous = checkpointText(rowsOf(21), key);
    expect(await verdictOf(whole, { previous })).toEqual([1, null]);
    expect(await verdictOf(some, { previous })).toEqual([1, null]);
    const other = rowsOf(9).with(0, rowAt(1, rows[5] as (typeof rows)[0]));
    const rewritten = checkpointText(other, key);
    expect(await verdictOf(whole, { previous: rewritten })).toEqual([1, null]);
    const grown = packOf(rows, key, { selected: [3], previousSize: 9 });
    expect(await verdictOf(grown, { previous: rewritten })).toEqual([1, null]);
    expect(await verdictOf(grown, { previous: checkpointText(rowsOf(9), key) })).toEqual([0, null]);
  });

  test('the log of another organization', async () => {
    const organization = 'org_01h455vb4pex5vsknk084sn02r';
    expect(await verdictOf(whole, { organization })).toEqual([1, null]);
    const origin = `audit.example.com/${organization}`;
    const files = { ...whole, 'checkpoint.txt': checkpointText(rows, key, origin) };
    expect((await verdictOf(files))[0]).toBe(1);
  });

  test('a manifest that was not signed, and a file that it does not tell of', async () => {
    const manifest = whole['manifest.json']?.replace('"filter": {}', '"filter": {"a":1}') ?? '';
    const formed = `${JSON.stringify(JSON.parse(manifest), null, 2)}\n`;
    expect(await verdictOf({ ...whole, 'manifest.json': formed })).toEqual([1, null]);
    expect(await verdictOf({ ...whole, 'extra.txt': 'more' })).toEqual([1, null]);
    expect(await verdictOf({ ...whole, 'README.txt': 'less' })).toEqual([1, null]);
  });

  test('a value that was taken out of a pack, though erasure looks the same', async () => {
    const hidden = packOf(
      rows.map((row, n) => (n === 4 ? { ...row, actorSalt: null } : row)),
      key,
    );
    expect(await verdictOf({ ...whole, 'entries.ndjson': hidden['entries.ndjson'] ?? '' })).toEqual(
      [1, null],
    );
  });
});

describe('incomplete is', () => {
  test('a whole log that lacks an entry, or its end', async () => {
    expect(await verdictOf(withLines(whole, (lines) => lines.toSpliced(4, 1)))).toEqual([2, null]);
    expect(await verdictOf(withLines(whole, (lines) => lines.slice(0, -3)))).toEqual([2, null]);
    expect(await verdictOf(withLines(whole, () => []))).toEqual([2, null]);
    const cut = { ...whole, 'entries.ndjson': whole['entries.ndjson']?.slice(0, -70) ?? '' };
    expect(await verdictOf(cut)).toEqual([2, null]);
  });

  test('a pack that lacks an entry or a file that its manifest tells of', async () => {
    expect(await verdictOf(withLines(some, (lines) => lines.toSpliced(1, 1)))).toEqual([2, null]);
    for (const name of Object.keys(whole)) {
      const { [name]: _, ...others } = whole;
      if (name !== 'manifest.json')
        expect([name, await verdictOf(others)]).toEqual([name, [2, null]]);
    }
  });

  test('an export that was not finished', async () => {
    const { 'manifest.json': text = '', 'manifest.note': _, ...files } = whole;
    const claims = { ...JSON.parse(text), complete: false, reason: 'The server is stopping.' };
    expect(await verdictOf(withManifest(files, key, claims))).toEqual([2, null]);
  });
});

describe('unusable is', () => {
  test('a pack that nobody vouches for, whatever is in it', async () => {
    expect(await verdictOf(whole, { keys: [] })).toEqual([3, null]);
    expect(await verdictOf(whole, { keys: [testKey()] })).toEqual([3, null]);
    expect(await verdictOf(whole, { keys: [testKey('other.example.com')] })).toEqual([3, null]);
  });

  test('a checkpoint that cannot be read', async () => {
    for (const note of [
      '',
      'x',
      '\n\n',
      'a\n1\nroot\n\n— a AAAA\n',
      `${whole['checkpoint.txt']}\n`,
    ]) {
      const bare = { 'entries.ndjson': whole['entries.ndjson'] ?? '', 'checkpoint.txt': note };
      expect(await verdictOf(bare)).toEqual([3, null]);
      // The key signed the manifest: so it is the right one, and the checkpoint was altered.
      expect(await verdictOf({ ...whole, 'checkpoint.txt': note })).toEqual([1, null]);
    }
  });

  test('an earlier checkpoint of another log', async () => {
    const previous = checkpointText(rows, key, 'audit.example.com/other');
    expect((await verdictOf(whole, { previous }))[0]).toBe(3);
  });
});

test('nothing that is put in a pack makes the verifier fail or find it sound', async () => {
  const names = Object.keys(some);
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.json().map((text) => `${text}\n`),
    fc.constantFrom(
      '{}\n',
      'null\n',
      '{"format":"orgtrail-evidence","version":1}\n',
      '\n'.repeat(9),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(whole, some),
      fc.constantFrom(...names),
      junk,
      fc.nat(),
      async (pack, name, bytes, at) => {
        const old = Buffer.from(pack[name] ?? '');
        const place = at % old.length;
        const changed = Buffer.concat([
          old.subarray(0, place),
          Buffer.from(bytes),
          old.subarray(place + bytes.length),
        ]);
        fc.pre(!changed.equals(old));
        const { exitCode } = await judged({ ...pack, [name]: changed }, { keys });
        expect([1, 2, 3]).toContain(exitCode);
      },
    ),
    { numRuns: 300 },
  );
});
