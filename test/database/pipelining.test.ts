import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const PID = 'SELECT pg_backend_pid() AS "pid"';
/** Takes longer than a shared connection lets it. */
const LONG = 'SELECT pg_backend_pid() AS "pid", pg_sleep(0.2)';

describe.skipIf(inject('provider') === 'sqlite')('short statements on Postgres', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh.close());

  const pid = async (text = PID): Promise<number> =>
    (await fresh.database.select<{ pid: number }>(text, []))[0]?.pid ?? 0;
  const pids = async (count: number): Promise<Set<number>> =>
    new Set(await Promise.all(Array.from({ length: count }, () => pid())));

  test('share two connections, however many are asked at once, and each gets its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        fresh.database.select<{ index: number; pid: number }>(
          'SELECT $1::int AS "index", pg_backend_pid() AS "pid"',
          [index],
        ),
      ),
    );
    expect(answers.map(([row]) => row?.index)).toEqual(answers.map((_, index) => index));
    expect(new Set(answers.map(([row]) => row?.pid)).size).toBe(2);
  });

  test('wait for none that takes long: it is asked alone, and so is the next of its kind', async () => {
    const shared = await pids(10);
    const ended: string[] = [];
    const long = pid(LONG).finally(() => ended.push('long'));
    await pids(10).finally(() => ended.push('short'));
    expect(shared).not.toContain(await long);
    expect(ended).toEqual(['short', 'long']);
    const both = [pid(LONG), pid(LONG)];
    expect(await pids(10)).toEqual(shared);
    for (const own of both) expect(shared).not.toContain(await own);
  });

  test('fail each for itself', async () => {
    const asked = await Promise.allSettled([
      pid(),
      fresh.database.select('SELECT 1 / $1::int', [0]),
      pid(),
      fresh.database.select('SELECT "nothing" FROM nowhere', []),
      pid(),
    ]);
    expect(asked.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('are asked on another connection when theirs has ended', async () => {
    const before = await pids(10);
    await fresh.query(`SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[${[...before]}]) AS pid`);
    await expect.poll(async () => pids(10).catch(() => before)).not.toEqual(before);
    expect((await pids(10)).size).toBe(2);
  });

  test('share none where the pool has but one connection, and a long one ends there as well', async () => {
    const narrow = await freshDatabase({ poolSize: 1 });
    const [short, long] = await Promise.all([
      narrow.database.select<{ pid: number }>(PID, []),
      narrow.database.select<{ pid: number }>(LONG, []),
    ]);
    expect(long[0]?.pid).toBe(short[0]?.pid);
    await narrow.close();
  });
});
