import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQueryable,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { applySettings, BUSY_TIMEOUT_MS, type ScalarQuery } from './sqlite-settings.ts';

const LOCK_DEADLINE_MS = 8_000;
const LOCK_PAUSE_MS = 5;

/** Prisma's SQLite adapter, with durable settings and transactions that hold the write lock from the start. */
export function sqliteAdapter(file: string, readOnly: boolean): SqlDriverAdapterFactory {
  const factory = new PrismaBetterSqlite3({ url: file });
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = await factory.connect();
      try {
        await applySettings(scalarQuery(adapter));
        if (readOnly) await run(adapter, 'PRAGMA query_only = ON');
      } catch (error) {
        await adapter.dispose();
        throw error;
      }
      const begin = adapter.startTransaction.bind(adapter);
      adapter.startTransaction = async (isolation) => {
        const transaction = await begin(isolation);
        await takeWriteLock(transaction);
        return rollingBackFailedCommits(transaction);
      };
      return adapter;
    },
  };
}

/** A pragma's single value, through Prisma's adapter. */
export const scalarQuery =
  (adapter: SqlDriverAdapter): ScalarQuery =>
  async (sql) =>
    (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows[0]?.[0];

const run = (connection: SqlQueryable, sql: string) =>
  connection.executeRaw({ sql, args: [], argTypes: [] });

/**
 * Begins again as a writer: the adapter's BEGIN is deferred, and would fail at its first write
 * when another process has written since. Waits without blocking, which SQLite's own wait would.
 */
async function takeWriteLock(transaction: Transaction): Promise<void> {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  try {
    await run(transaction, 'COMMIT');
    while (!(await triesToBegin(transaction))) {
      if (Date.now() > deadline) throw new DriverAdapterError({ kind: 'SocketTimeout' });
      await sleep(LOCK_PAUSE_MS * (1 + Math.random()));
    }
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

async function triesToBegin(transaction: Transaction): Promise<boolean> {
  await transaction.queryRaw({ sql: 'PRAGMA busy_timeout = 0', args: [], argTypes: [] });
  try {
    await run(transaction, 'BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (error instanceof DriverAdapterError && error.cause.kind === 'SocketTimeout') return false;
    throw error;
  } finally {
    await transaction.queryRaw({
      sql: `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`,
      args: [],
      argTypes: [],
    });
  }
}

/** A COMMIT that fails leaves SQLite inside the dead transaction, where the next one would find it. */
function rollingBackFailedCommits(transaction: Transaction): Transaction {
  const execute = transaction.executeRaw.bind(transaction);
  transaction.executeRaw = async (query) => {
    try {
      return await execute(query);
    } catch (error) {
      if (query.sql === 'COMMIT') {
        // SQLite may have rolled back by itself: then there is nothing left to roll back.
        await execute({ sql: 'ROLLBACK', args: [], argTypes: [] }).catch(() => undefined);
      }
      throw error;
    }
  };
  return transaction;
}
