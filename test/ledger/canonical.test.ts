import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/kernel/json-value.ts';
import {
  actorCommitment,
  commit,
  contentCommitment,
  type EntryFields,
  entryBody,
} from '../../src/ledger/entry-body.ts';
import { leafHash } from '../../src/ledger/merkle.ts';

const vectors = new URL('../vectors/rfc8785-jcs/', import.meta.url);
const readText = (path: string, base: URL): string => readFileSync(new URL(path, base), 'utf8');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = fc.string({ unit: 'grapheme' });
const storable = text.filter((value) => !value.includes('\0'));
const maybe = fc.option(storable);
const salts = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('canonical JSON is RFC 8785', () => {
  const documents = readdirSync(new URL('input/', vectors));
  let rightCount = 0;

  test.each(documents)('document %s', (name) => {
    const value: unknown = JSON.parse(readText(`input/${name}`, vectors));
    expect(canonicalJson(value)).toBe(readText(`output/${name}`, vectors));
    rightCount += 1;
  });

  test('all six documents were written right', () => {
    process.stdout.write(`${rightCount} of ${documents.length} documents of RFC 8785\n`);
    expect([rightCount, documents.length]).toEqual([6, 6]);
  });

  test('10,000 numbers', () => {
    const lines = readText('es6testfile10k.txt', vectors).trimEnd().split('\n');
    expect(lines).toHaveLength(10_000);
    const wrong = lines.filter((line) => {
      const [bits = '', expected] = line.split(',');
      const number = Buffer.from(bits.padStart(16, '0'), 'hex').readDoubleBE();
      return canonicalJson(number) !== expected;
    });
    process.stdout.write(`${lines.length - wrong.length} of ${lines.length} numbers of RFC 8785\n`);
    expect(wrong).toEqual([]);
  });

  test('keys are ordered by UTF-16 units, also those that look like indexes or prototypes', () => {
    const value: unknown = JSON.parse(
      '{"\u{1F600}":1,"\uFB33":2,"10":3,"9":4,"__proto__":5,"a":6}',
    );
    expect(canonicalJson(value)).toBe(
      '{"10":3,"9":4,"__proto__":5,"a":6,"\u{1F600}":1,"\uFB33":2}',
    );
  });

  test('canonical text says the same value and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        const canonical = canonicalJson(parsed);
        expect(JSON.parse(canonical)).toEqual(parsed);
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
      }),
    );
  });

  test.each([
    ['NaN', Number.NaN],
    ['an infinity inside', [Number.POSITIVE_INFINITY]],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['nothing', undefined],
  ])('%s has no canonical form', (_, value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});

interface Golden {
  input: Omit<EntryFields, 'actor' | 'content'> & {
    actorSaltHex: string;
    actor: Parameters<typeof actorCommitment>[0];
    contentSaltHex: string;
    content: { changes: unknown; details: string | null; metadata: unknown };
  };
  body: string;
  leafHex: string;
}

const fromHex = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'hex'));

describe('golden entries: what version 1 has once said, it says for ever', () => {
  const folder = new URL('golden/', import.meta.url);
  const files = readdirSync(folder);

  test('there are some', () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  test.each(files)('%s', (name) => {
    const { input, body, leafHex }: Golden = JSON.parse(readText(name, folder));
    const content = {
      changes: canonicalJson(input.content.changes),
      details: input.content.details,
      metadata: canonicalJson(input.content.metadata),
    };
    const made = entryBody({
      ...input,
      actor: actorCommitment(input.actor, fromHex(input.actorSaltHex)),
      content: contentCommitment(content, fromHex(input.contentSaltHex)),
    });
    expect(made).toBe(body);
    expect(hex(leafHash(made))).toBe(leafHex);
  });
});

const fieldsOf = fc.record({
  id: storable,
  organization: storable,
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  scope: storable,
  action: storable,
  outcome: storable,
  origin: storable,
  resourceType: maybe,
  resourceUID: maybe,
  actorType: storable,
  actorId: maybe,
  correlationId: maybe,
  createdAtMs: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  recordedAtMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  actor: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  content: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test('the body is the general canonical form of exactly its seventeen fields', () => {
  fc.assert(
    fc.property(fieldsOf, (fields) => {
      const { createdAtMs, recordedAtMs, actor, content, ...plain } = fields;
      const expected = canonicalize({
        v: 1,
        ...plain,
        createdAt: new Date(createdAtMs).toISOString(),
        recordedAt: new Date(recordedAtMs).toISOString(),
        actor: hex(actor),
        content: hex(content),
      });
      expect(entryBody(fields)).toBe(expected);
      expect(entryBody({ ...fields, sequence: BigInt(fields.sequence) })).toBe(expected);
    }),
  );
});

test('fields that the body does not know do not enter it', () => {
  fc.assert(
    fc.property(fieldsOf, storable, (fields, email) => {
      const wider = { ...fields, email };
      expect(entryBody(wider)).toBe(entryBody(fields));
    }),
  );
});

test.each([
  ['sequence 0', { sequence: 0 }],
  ['a sequence beyond 2^53', { sequence: 2n ** 53n }],
  ['half a sequence', { sequence: 1.5 }],
  ['a lone surrogate', { action: '\ud800' }],
  ['U+0000', { resourceUID: 'a\0b' }],
  ['a time that is none', { createdAtMs: Number.NaN }],
  ['the year 10000', { recordedAtMs: 253_402_300_800_000 }],
])('a body with %s is refused', (_, change) => {
  const [fields] = fc.sample(fieldsOf, 1);
  if (fields === undefined) throw new Error('fast-check gave no sample');
  expect(() => entryBody({ ...fields, ...change })).toThrow(RangeError);
});

test('a commitment is SHA-256 of salt and canonical text', () => {
  const salt = new Uint8Array(16).fill(7);
  expect(hex(commit(salt, { b: 1, a: 'é' }))).toBe(
    createHash('sha256').update(salt).update('{"a":"é","b":1}', 'utf8').digest('hex'),
  );
});

test('the commitment to an actor is that to an object with just these keys', () => {
  const actors = fc.record({
    email: maybe,
    ip: maybe,
    name: maybe,
    requestId: maybe,
    userAgent: maybe,
  });
  fc.assert(
    fc.property(actors, salts, (actor, salt) => {
      const wider = { ...actor, actorId: 'usr_1' };
      expect(actorCommitment(wider, salt)).toEqual(commit(salt, actor));
    }),
  );
});

test('the commitment to content is that to the parsed values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      maybe,
      fc.dictionary(text, fc.jsonValue()),
      salts,
      (changes, details, metadata, salt) => {
        const texts = {
          changes: canonicalJson(changes),
          details,
          metadata: canonicalJson(metadata),
        };
        expect(contentCommitment(texts, salt)).toEqual(
          commit(salt, { changes, details, metadata }),
        );
      },
    ),
  );
});

test('another salt or another value gives another commitment', () => {
  const salt = new Uint8Array(16);
  const other = new Uint8Array(16).fill(1);
  const content = { changes: '[]', details: null, metadata: '{}' };
  const seen = [
    contentCommitment(content, salt),
    contentCommitment(content, other),
    contentCommitment({ ...content, details: '' }, salt),
    contentCommitment({ ...content, metadata: '{"a":1}' }, salt),
  ].map(hex);
  expect(new Set(seen).size).toBe(4);
});

test.each([0, 15, 17, 32])('a salt of %i bytes is refused', (length) => {
  expect(() => commit(new Uint8Array(length), {})).toThrow(RangeError);
});

test('what cannot be stored is not committed to', () => {
  const salt = new Uint8Array(16);
  const actor = { email: null, ip: null, name: '\ud800', requestId: null, userAgent: null };
  expect(() => actorCommitment(actor, salt)).toThrow(RangeError);
  const content = { changes: '[]', details: 'a\0', metadata: '{}' };
  expect(() => contentCommitment(content, salt)).toThrow(RangeError);
});
