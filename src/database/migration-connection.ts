import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import Sqlite from 'better-sqlite3';
import type { Provider } from './database.ts';
import { postgresqlTarget, providerOf, sqliteFile } from './database-url.ts';
import { type AppliedMigration, HISTORY_QUERY } from './migration-history.ts';
import { withAdvisoryLock, withFileLock } from './migration-lock.ts';
import { openPool } from './postgresql-pool.ts';
import { postgresqlSchemaConnection, sqliteSchemaConnection } from './schema-connections.ts';
import { prepareFile } from './sqlite-settings.ts';
import { asUnavailable } from './unavailable.ts';

/** What migrating needs of a database. */
export interface MigrationConnection {
  readonly provider: Provider;
  readonly schemaConnection: SqlMigrationAwareDriverAdapterFactory;
  /** Prisma's record of what was applied; empty for a new database. */
  history(): Promise<AppliedMigration[]>;
  /** Runs `work` while no other process migrates this database. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connects to the database that `url` names, making the file or the schema where it is missing. */
export const openForMigration = (url: string): Promise<MigrationConnection> =>
  providerOf(url) === 'sqlite' ? openFile(sqliteFile(url)) : openServer(url);

async function openFile(file: string): Promise<MigrationConnection> {
  prepareFile(file);
  return {
    provider: 'sqlite',
    schemaConnection: sqliteSchemaConnection(file),
    history: async () => {
      const connection = new Sqlite(file);
      try {
        const table = connection
          .prepare(`SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'`)
          .get();
        return table ? connection.prepare<[], AppliedMigration>(HISTORY_QUERY).all() : [];
      } finally {
        connection.close();
      }
    },
    locked: (work) => withFileLock(`${file}.migration-lock`, work),
    close: async () => undefined,
  };
}

async function openServer(url: string): Promise<MigrationConnection> {
  const { schema } = postgresqlTarget(url);
  const pool = openPool(url, { readOnly: false, poolSize: 3, statementTimeoutMs: 0 });
  try {
    const { rowCount } = await pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
      schema,
    ]);
    if (rowCount === 0) await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  } catch (error) {
    await pool.end();
    throw asUnavailable(error);
  }
  return {
    provider: 'postgresql',
    schemaConnection: postgresqlSchemaConnection(pool, schema),
    history: async () => {
      const table = await pool.query(`SELECT to_regclass('${schema}._prisma_migrations') AS name`);
      if (table.rows[0]?.name === null) return [];
      return (await pool.query<AppliedMigration>(HISTORY_QUERY)).rows;
    },
    locked: (work) => withAdvisoryLock(pool, `orgtrail migrations of ${schema}`, work),
    close: () => pool.end(),
  };
}
