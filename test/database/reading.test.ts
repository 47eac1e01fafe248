import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { containsFolded } from '../../src/database/dialect.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const provider = inject('provider');
const NOW = new Date('2026-01-02T03:04:05.678Z');

describe('the reading door', () => {
  const texts: string[] = [];
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase({ onQuery: (text) => texts.push(text) });
    await fresh.database.write((transaction) =>
      transaction.tombstone.createMany({
        data: ['zeta', 'Alpha', 'alpha', 'émile', 'ΟΔΟΣ 100%', 'İstanbul'].map((name) => ({
          organizationId: name,
          name,
          slug: name,
          createdAt: NOW,
          purgedAt: NOW,
          slugReservedUntil: NOW,
        })),
      }),
    );
  });
  afterAll(() => fresh.close());

  test('a selection binds its values by number, in any order and more than once', async () => {
    const rows = await fresh.database.select<{ name: string; again: string }>(
      `SELECT "name", CAST($1 AS TEXT) AS again FROM "Tombstone"
       WHERE "slug" = $2 OR "slug" = $1 ORDER BY "name"`,
      ['zeta', 'Alpha'],
    );
    expect(rows).toEqual([
      { name: 'Alpha', again: 'zeta' },
      { name: 'zeta', again: 'zeta' },
    ]);
  });

  test('integers come as numbers and bytes as Uint8Array', async () => {
    await fresh.database.write((transaction) =>
      transaction.ledger.create({
        data: {
          organizationId: 'org_1',
          size: 9_007_199_254_740_991n,
          frontier: new Uint8Array([1, 2]),
          root: new Uint8Array(32),
          firstKeptSequence: 1n,
          lastRecordedAtMs: 0n,
        },
      }),
    );
    const rows = await fresh.database.select<{ size: unknown; frontier: unknown; total: unknown }>(
      'SELECT "size", "frontier", count(*) OVER () AS total FROM "Ledger" WHERE "size" > $1',
      [5],
    );
    expect(rows[0]).toMatchObject({ size: Number.MAX_SAFE_INTEGER, total: 1 });
    expect(rows[0]?.frontier).toBeInstanceOf(Uint8Array);
    expect(rows[0]?.frontier).toEqual(Buffer.from([1, 2]));
  });

  test('text is ordered and compared by its bytes, whatever the language of the server', async () => {
    const rows = await fresh.database.select<{ name: string }>(
      'SELECT "name" FROM "Tombstone" ORDER BY "name" LIMIT 3',
      [],
    );
    expect(rows.map(({ name }) => name)).toEqual(['Alpha', 'alpha', 'zeta']);
  });

  test.each([
    ['ALPHA', ['Alpha', 'alpha']],
    ['ÉMILE', ['émile']],
    ['οδοσ', ['ΟΔΟΣ 100%']],
    ['οδος 100%', []],
    ['0%', ['ΟΔΟΣ 100%']],
    ['_', []],
    ['istanbul', ['İstanbul']],
  ])('a search for %s regardless of case finds %j', async (search, found) => {
    const rows = await fresh.database.select<{ name: string }>(
      `SELECT "name" FROM "Tombstone" WHERE ${containsFolded(provider, '"name"', '$1')} ORDER BY "name"`,
      [search],
    );
    expect(rows.map(({ name }) => name)).toEqual(found);
  });

  test('every statement is told to onQuery, whether it is the models’ or a selection', async () => {
    texts.length = 0;
    await fresh.database.read.tombstone.count();
    await fresh.database.select('SELECT 1 AS one', []);
    expect(texts).toHaveLength(2);
  });

  test('a selection that writes is refused', async () => {
    const written = fresh.database.select(
      `DELETE FROM "Tombstone" WHERE "slug" = $1 RETURNING "slug"`,
      ['zeta'],
    );
    // On Postgres it is UNAVAILABLE, and its cause says why.
    const told = await written.then(
      () => 'written',
      (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message}`,
    );
    expect(told).toMatch(/read-?only/i);
    expect(await fresh.query(`SELECT 1 FROM "Tombstone" WHERE "slug" = 'zeta'`)).toHaveLength(1);
  });

  test('both doors answer a ping', async () => {
    await expect(fresh.database.ping()).resolves.toBeUndefined();
  });
});
