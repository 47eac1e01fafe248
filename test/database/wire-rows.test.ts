import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dividing, type Fields } from '../../src/database/wire-rows.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { oneConnection } from '../support/one-connection.ts';

/** A message as Postgres sends it: its code, its length, its content. */
function message(code: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + content.length);
  return Buffer.concat([Buffer.from(code), length, content]);
}

function dataRow(fields: Fields): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  const columns = fields.map((field) => {
    const value = Buffer.from(field ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(field === null ? -1 : value.length);
    return Buffer.concat([length, value]);
  });
  return message('D', Buffer.concat([count, ...columns]));
}

/** What is given on of these chunks: rows, and the bytes of other messages between them. */
function given(chunks: readonly Buffer[]): (Fields | string)[] {
  const found: (Fields | string)[] = [];
  const take = dividing({
    row: (fields) => found.push(fields),
    others: (bytes) => {
      const text = bytes.toString('hex');
      const last = found.at(-1);
      if (typeof last === 'string') found[found.length - 1] = last + text;
      else found.push(text);
    },
  });
  for (const chunk of chunks) take(Buffer.from(chunk));
  return found;
}

const FIELD = fc.option(
  fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 300 })),
);
const SENT = fc.array(
  fc.oneof(
    fc.array(FIELD, { maxLength: 6 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => message('C', Buffer.from(bytes))),
  ),
  { minLength: 1, maxLength: 8 },
);

test('whatever Postgres sends is given on whole and in order, wherever it was cut', () => {
  fc.assert(
    fc.property(SENT, fc.infiniteStream(fc.nat({ max: 30 })), (sent, lengths) => {
      const bytes = Buffer.concat(sent.map((one) => (Buffer.isBuffer(one) ? one : dataRow(one))));
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = lengths.next().value;
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }
      const whole = given([bytes]);
      expect(given(chunks)).toEqual(whole);
      expect(whole.filter((one) => typeof one !== 'string')).toEqual(
        sent.filter((one) => !Buffer.isBuffer(one)),
      );
      expect(whole.filter((one) => typeof one === 'string').join('')).toBe(
        sent.flatMap((one) => (Buffer.isBuffer(one) ? [one.toString('hex')] : [])).join(''),
      );
    }),
    { numRuns: 500 },
  );
});

describe.skipIf(inject('provider') === 'sqlite')('a statement that is asked again', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh.close());

  const VALUES =
    'SELECT "text", "text" || "text" AS "twice", length("text")::int8 AS "length", length("text")::int AS "int", "text" = $2 AS "same", TIMESTAMP \'2025-01-31 09:30:00.123\' AS "at" FROM unnest($1::text[]) AS "text"';

  test('gives the same rows each time, whatever is in them', async () => {
    const texts = ['', 'plain', 'Ada’s “log”', '𝒮', '\u0080ÿ', 'a\\b"c\n', 'x'.repeat(300_000)];
    const list = `{NULL,${texts.map((text) => JSON.stringify(text).replaceAll('\\n', '\n')).join(',')}}`;
    const expected = [null, ...texts].map((text) => ({
      ...{ text, same: text === null ? null : text === 'plain' },
      ...(text === null
        ? { length: null, int: null, twice: null }
        : { length: [...text].length, int: [...text].length, twice: text + text }),
      at: new Date('2025-01-31T09:30:00.123Z'),
    }));
    for (let time = 0; time < 4; time += 1) {
      expect(await fresh.database.select(VALUES, [list, 'plain'])).toEqual(expected);
    }
  });

  test('gives none where there is none, and all of many', async () => {
    const series = 'SELECT n AS "n", \'row \' || n AS "name" FROM generate_series(1, $1::int) AS n';
    for (const count of [0, 20_000, 0, 1]) {
      const rows = await fresh.database.select<{ n: number; name: string }>(series, [count]);
      expect(rows).toEqual(
        Array.from({ length: count }, (_, at) => ({ n: at + 1, name: `row ${at + 1}` })),
      );
    }
  });

  test('fails as at first, and gives rows after that as before', async () => {
    const divided = 'SELECT 6 / $1::int AS "quotient"';
    for (let time = 0; time < 3; time += 1) {
      expect(await fresh.database.select(divided, [3])).toEqual([{ quotient: 2 }]);
      await expect(fresh.database.select(divided, [0])).rejects.toThrow('division by zero');
    }
  });

  test('is refused when its columns are others than they were, and never read as what they were', async () => {
    await fresh.query('CREATE TABLE changing (a int)');
    await fresh.query('INSERT INTO changing VALUES (1)');
    // It knows the statement until it refuses it: then another connection takes its place.
    const connection = await oneConnection(fresh.url);
    const all = 'SELECT * FROM changing';
    try {
      for (let time = 0; time < 3; time += 1) {
        expect(await connection.select(all)).toEqual([{ a: 1 }]);
      }
      await fresh.query("ALTER TABLE changing ALTER a TYPE text USING 'one'");
      await expect(connection.select(all)).rejects.toThrow('must not change result type');
      expect(await connection.select(all)).toEqual([{ a: 'one' }]);
    } finally {
      await connection.close();
    }
  });
});
