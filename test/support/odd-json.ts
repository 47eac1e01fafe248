import fc from 'fast-check';
import type { Data } from './client.ts';

/** Values that are JSON and yet not what was meant. */
export const oddValue: fc.Arbitrary<Data> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<Data>(
    ...[null, true, 0, -0, -1, 1e308, 2 ** 53, 2 ** 31, 1.5, '', [], {}, [[]], [null]],
    ...[
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\uffff',
      '\u202e',
      '__proto__',
      'null',
      'NaN',
      '1e999',
      '%00',
    ],
    ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '+275760-09-13T00:00:00Z', 'org_0'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(20_000).map((length) => 'x'.repeat(length)),
  fc.nat(400).map((depth) => nested(depth)),
  fc.nat(2_000).map((count) => Array.from({ length: count }, (_, n) => n)),
);

function nested(depth: number): Data {
  let value: Data = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value with one thing in it, anywhere, that is another or under another name. */
export const disturbed = (value: Data): fc.Arbitrary<Data> =>
  fc
    .tuple(fc.array(fc.nat(), { maxLength: 6 }), oddValue, fc.constantFrom('at', 'name', 'more'))
    .map(([place, odd, how]) => disturbedAt(value, place, odd, how));

function disturbedAt(value: Data, [first, ...rest]: number[], odd: Data, how: string): Data {
  if (first === undefined || value === null || typeof value !== 'object') return odd;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)] ?? '0';
  const inside = disturbedAt(value[key], rest, odd, how);
  if (Array.isArray(value)) return value.with(Number(key) % Math.max(1, value.length), inside);
  if (how === 'name') return { ...value, [`${key}x`]: inside };
  if (how === 'more') return { ...value, [String(odd).slice(0, 100)]: inside };
  return { ...value, [key]: inside };
}

type Edit = readonly [kind: number, at: number, length: number, bytes: Uint8Array];

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.tuple(fc.nat(4), fc.nat(), fc.nat(30), fc.uint8Array({ maxLength: 12 })),
  { maxLength: 4 },
);

/** Bytes of which some are cut, doubled, flipped, or others put between them. */
export const damaged = (bytes: Uint8Array): fc.Arbitrary<Buffer> =>
  edits.map((all) => all.reduce<Buffer>(edited, Buffer.from(bytes)));

function edited(bytes: Buffer, [kind, place, length, more]: Edit): Buffer {
  const at = place % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (kind === 0) return before;
  if (kind === 1) return Buffer.concat([before, after.subarray(length)]);
  if (kind === 2) return Buffer.concat([before, after.subarray(0, length), after]);
  if (kind === 3) return Buffer.concat([before, more, after]);
  return Buffer.concat([before, more, after.subarray(more.length)]);
}

/** JSON texts that no printer makes: names given twice, names of prototypes, endless depth and numbers. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '{', '[]', 'null', '"', '{}', '[[]]', '{"query":1}', '[{"query":"{__typename}"}]'],
    ...[
      '{"query":"{__typename}","query":"{viewer{type}}"}',
      '{"__proto__":{"query":"{__typename}"}}',
    ],
    ...['{"query":"{__typename}","variables":{"__proto__":{"a":1},"constructor":{"prototype":1}}}'],
    ...['{"query":"{__typename}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}'],
    ...['{"query":"{__typename}","operationName":"\\u0000"}', '\ufeff{"query":"{__typename}"}'],
    ...['{"query":"{__typename}","variables":[]}', '{"query":"{__typename}","variables":"x"}'],
  ),
  fc.nat(60_000).map((depth) => `{"query":${'['.repeat(depth)}`),
  fc
    .nat(30_000)
    .map(
      (depth) =>
        `{"query":"{__typename}","variables":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    ),
  fc.nat(50_000).map((count) => `{"query":"{__typename}","variables":{"n":${'9'.repeat(count)}}}`),
  fc
    .nat(60_000)
    .map((count) => `{"query":"{__typename}","variables":{"n":[${'0,'.repeat(count)}0]}}`),
  fc.nat(3_000).map((count) =>
    JSON.stringify({
      query: '{__typename}',
      variables: Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])),
    }),
  ),
);
