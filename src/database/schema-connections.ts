import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type pg from 'pg';
import { scalarQuery } from './sqlite-adapter.ts';
import { applySettings } from './sqlite-settings.ts';

/** Connects the schema engine to a SQLite file; each script it sends is done whole or not at all. */
export function sqliteSchemaConnection(file: string): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaBetterSqlite3({ url: file });
  return replacingConnect(factory, async () => {
    const adapter = await factory.connect();
    await applySettings(scalarQuery(adapter));
    const send = adapter.executeScript.bind(adapter);
    adapter.executeScript = async (script) => {
      // Outside the transaction, where alone it counts: dropping a table to make it anew
      // would delete, by cascade, all that refers to it.
      await send('PRAGMA foreign_keys = OFF');
      try {
        await send(`BEGIN IMMEDIATE;\n${script}\n;COMMIT`);
      } catch (error) {
        await send('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        await send('PRAGMA foreign_keys = ON');
      }
    };
    return adapter;
  });
}

/**
 * Connects the schema engine to Postgres. Scripts go whole, as one implicit transaction:
 * the adapter would split them at every semicolon, inside function bodies too.
 */
export function postgresqlSchemaConnection(
  pool: pg.Pool,
  schema: string,
): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool, { schema });
  return replacingConnect(factory, async () => {
    const adapter = await factory.connect();
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  });
}

/** Answers what the engine asks before it compares two sets of Postgres models, and nothing else. */
export function offlinePostgresql(): SqlMigrationAwareDriverAdapterFactory {
  const refuse = () => Promise.reject(new Error('There is no database behind this connection.'));
  const adapter: SqlDriverAdapter = {
    provider: 'postgres',
    adapterName: 'offline',
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 16.0', 160_000]],
    }),
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: () => Promise.resolve(),
  };
  const connect = () => Promise.resolve(adapter);
  return { provider: 'postgres', adapterName: 'offline', connect, connectToShadowDb: connect };
}

/** A database in memory, for comparing two sets of SQLite models. */
export const offlineSqlite = (): SqlMigrationAwareDriverAdapterFactory =>
  new PrismaBetterSqlite3({ url: ':memory:' });

const replacingConnect = (
  factory: SqlMigrationAwareDriverAdapterFactory,
  connect: () => Promise<SqlDriverAdapter>,
): SqlMigrationAwareDriverAdapterFactory => ({
  provider: factory.provider,
  adapterName: factory.adapterName,
  connect,
  connectToShadowDb: () => factory.connectToShadowDb(),
});
