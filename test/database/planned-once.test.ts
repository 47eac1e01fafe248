import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { plannedOnce } from '../../src/database/planned-once.ts';

test('SQLite plans a statement without a look at its values, so that it serves for all of them', () => {
  const database = new Sqlite(':memory:');
  database.exec(
    `CREATE TABLE "Thing" ("color"); CREATE INDEX "red" ON "Thing" ("color") WHERE "color" = 'RED'`,
  );
  const planOf = (sql: string, color: string) =>
    database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({ 1: color });
  const bare = `SELECT * FROM "Thing" WHERE "color" = $1`;
  // A bare value changes the plan: here the one for which there is an index.
  expect(planOf(bare, 'RED')).not.toEqual(planOf(bare, 'BLUE'));
  expect(planOf(plannedOnce(bare), 'RED')).toEqual(planOf(plannedOnce(bare), 'BLUE'));
  database.close();
});

test('a value stays what it is', () => {
  const database = new Sqlite(':memory:');
  const values = ['1', '', ' 2', null, 3, 4.5, Buffer.from([0, 255])];
  const asked = database.prepare(plannedOnce('SELECT @value AS "value", typeof($type) AS "type"'));
  for (const value of values) {
    const { type } = database.prepare('SELECT typeof(?) AS "type"').get(value) as { type: string };
    expect(asked.get({ value, type: value })).toEqual({ value, type });
  }
  database.close();
});
