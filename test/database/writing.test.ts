import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Transaction } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import { isDuplicate } from '../../src/database/unique.ts';
import { UnavailableError } from '../../src/kernel/errors.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const tombstone = (organizationId: string, name = 'Ada') => ({
  organizationId,
  name,
  slug: organizationId,
  createdAt: NOW,
  purgedAt: NOW,
  slugReservedUntil: NOW,
});

/** Adds one to a count kept as text, after taking the row's turn. */
async function increment(transaction: Transaction, id: string): Promise<void> {
  await transaction.tombstone.update({ where: { organizationId: id }, data: { purgedAt: NOW } });
  const { name } = await transaction.tombstone.findUniqueOrThrow({ where: { organizationId: id } });
  await sleep(1);
  await transaction.tombstone.update({
    where: { organizationId: id },
    data: { name: String(Number(name) + 1) },
  });
}

describe('the writing door', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh.close());
  const nameOf = async (organizationId: string) =>
    (await fresh.database.read.tombstone.findUnique({ where: { organizationId } }))?.name;

  test('an acknowledged write survives the rollback of another that ran beside it', async () => {
    const { write } = fresh.database;
    let acknowledged = false;
    const failing = write(async (transaction) => {
      await transaction.tombstone.create({ data: tombstone('rolled-back') });
      await sleep(50);
      throw new Error('planned');
    });
    const beside = write(async (transaction) => {
      await transaction.tombstone.create({ data: tombstone('kept') });
    }).then(() => {
      acknowledged = true;
    });
    await expect(failing).rejects.toThrow('planned');
    await beside;
    expect(acknowledged).toBe(true);
    expect(await nameOf('kept')).toBe('Ada');
    expect(await nameOf('rolled-back')).toBeUndefined();
  });

  test('nobody reads what is not committed', async () => {
    await fresh.database.write(async (transaction) => {
      await transaction.tombstone.create({ data: tombstone('uncommitted') });
      expect(await nameOf('uncommitted')).toBeUndefined();
      const rows = await fresh.database.select(
        'SELECT 1 FROM "Tombstone" WHERE "organizationId" = $1',
        ['uncommitted'],
      );
      expect(rows).toEqual([]);
    });
    expect(await nameOf('uncommitted')).toBe('Ada');
  });

  test('100 at once, a third of them rolled back, lose nothing', async () => {
    await fresh.database.write((transaction) =>
      transaction.tombstone.create({ data: tombstone('count', '0') }),
    );
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, number) =>
        fresh.database.write(async (transaction) => {
          await increment(transaction, 'count');
          if (number % 3 === 0) throw new Error('planned');
        }),
      ),
    );
    const kept = results.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBe(66);
    expect(await nameOf('count')).toBe('66');
  });

  test('two processes on one database lose nothing either', async () => {
    await fresh.database.write((transaction) =>
      transaction.tombstone.create({ data: tombstone('shared', '0') }),
    );
    const other = await openDatabase(fresh.url);
    await Promise.all(
      [fresh.database, other].flatMap((database) =>
        Array.from({ length: 20 }, () =>
          database.write((transaction) => increment(transaction, 'shared')),
        ),
      ),
    );
    await other.close();
    expect(await nameOf('shared')).toBe('40');
  });

  test('two transactions that wait for each other both end well', async () => {
    const pair = ['left', 'right'];
    await fresh.database.write((transaction) =>
      transaction.tombstone.createMany({ data: pair.map((id) => tombstone(id, '0')) }),
    );
    const crosswise = [pair, pair.toReversed()].map((order) =>
      fresh.database.write(async (transaction) => {
        for (const id of order) {
          await increment(transaction, id);
          await sleep(30);
        }
      }),
    );
    await Promise.all(crosswise);
    expect([await nameOf('left'), await nameOf('right')]).toEqual(['2', '2']);
  });

  test('what the work throws arrives as it was thrown', async () => {
    const thrown = new Error('mine');
    const caught = await fresh.database.write(() => Promise.reject(thrown)).catch((error) => error);
    expect(caught).toBe(thrown);
  });

  test('a duplicate is told from other refusals', async () => {
    const create = () =>
      fresh.database.write((transaction) =>
        transaction.tombstone.create({ data: tombstone('twice') }),
      );
    await create();
    const refusal = await create().catch((error) => error);
    expect(isDuplicate(refusal)).toBe(true);
    expect(isDuplicate(new Error('another'))).toBe(false);
  });

  test.runIf(inject('provider') === 'postgresql')(
    'a connection cut in the middle is unavailable, with its cause, and the next write passes',
    async () => {
      const caught = await fresh.database
        .write(async (transaction) => {
          const [row] = await transaction.$queryRaw<
            { pid: number }[]
          >`SELECT pg_backend_pid() AS pid`;
          await fresh.query('SELECT pg_terminate_backend($1)', [row?.pid]);
          await transaction.tombstone.create({ data: tombstone('cut') });
        })
        .catch((error) => error);
      expect(caught).toBeInstanceOf(UnavailableError);
      expect(caught.cause).toBeInstanceOf(Error);
      expect(await nameOf('cut')).toBeUndefined();
      await fresh.database.write((transaction) =>
        transaction.tombstone.create({ data: tombstone('after-the-cut') }),
      );
    },
  );
});
