import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { oneConnection } from '../support/one-connection.ts';

const PREPARED = 'SELECT "statement" AS "text" FROM pg_prepared_statements';

describe.skipIf(inject('provider') === 'sqlite')('however many texts were asked', () => {
  let fresh: FreshDatabase;
  let connection: Awaited<ReturnType<typeof oneConnection>>;
  const texts = Array.from({ length: 1_200 }, (_, at) => `SELECT ${at} AS "at" FROM "asked"`);
  beforeAll(async () => {
    fresh = await freshDatabase();
    await fresh.query('CREATE TABLE asked (a int)');
    await fresh.query('INSERT INTO asked VALUES (1)');
    connection = await oneConnection(fresh.url);
    expect(await connection.select('SELECT * FROM "asked"')).toEqual([{ a: 1 }]);
    for (const [at, text] of texts.entries())
      expect(await connection.select(text)).toEqual([{ at }]);
  });
  afterAll(async () => {
    await connection.close();
    await fresh.close();
  });

  test('a connection keeps those prepared that it prepared last, and no more than 500', async () => {
    const rows = await connection.select<{ text: string }>(PREPARED);
    expect(rows.length).toBe(500);
    expect(rows.map(({ text }) => text)).toContain(texts.at(-1));
    expect(rows.map(({ text }) => text)).not.toContain(texts[0]);
  });

  test('one that was forgotten is prepared again, and read as what it is by then', async () => {
    await fresh.query("ALTER TABLE asked ALTER a TYPE text USING 'one'");
    for (let time = 0; time < 3; time += 1) {
      expect(await connection.select('SELECT * FROM "asked"')).toEqual([{ a: 'one' }]);
    }
    const rows = await connection.select<{ text: string }>(PREPARED);
    expect(rows.map(({ text }) => text)).toContain('SELECT * FROM "asked"');
    expect(rows.length).toBe(500);
  });

  test('those on shared connections are answered as well, all at once', async () => {
    const answers = await Promise.all(texts.map((text) => fresh.database.select(text, [])));
    expect(answers).toEqual(texts.map((_, at) => [{ at }]));
  });
});
