import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { scalarQuery } from './sqlite-adapter.ts';
import { applySettings } from './sqlite-settings.ts';

/** Connects the schema engine to a SQLite file; each script it sends is done whole or not at all. */
export function sqliteSchemaConnection(file: string): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaBetterSqlite3({ url: file });
  return replacingConnect(factory, async () => {
    const adapter = await factory.connect();
    await applySettings(scalarQuery(adapter));
    const execute = adapter.executeRaw.bind(adapter);
    // The engine would shut every other connection out; the migration lock is enough.
    adapter.executeRaw = async (query) =>
      query.sql.includes('locking_mode') ? 0 : await execute(query);
    const read = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = (query) => read({ ...query, sql: withTexts(query.sql) });
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

/** The engine asks for an index over a part of the rows as if its name were a column's: SQLite as built here refuses. */
const withTexts = (sql: string): string =>
  sql.replace(/(sqlite_master WHERE type = 'index' AND name = )"([^"]+)"/, "$1'$2'");

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
      await pool.query(script).catch((error: unknown) => {
        throw error instanceof pg.DatabaseError ? legible(error) : error;
      });
    };
    readCatalogue(adapter, pool);
    return adapter;
  });
}

/** What the server said, in the shape whose words the engine passes on. */
const legible = ({ code, severity, message, detail, column, hint }: pg.DatabaseError) =>
  new DriverAdapterError({
    kind: 'postgres',
    code: code ?? '',
    severity: severity ?? '',
    message,
    detail,
    column,
    hint,
  });

const CATALOGUE_CHAR = 18;
const UUID = 2950;

/**
 * The adapter refuses the catalogue's one-byte "char". Its columns pass as UUID, of which the
 * catalogue has none, and are named to the engine as the characters they are.
 */
function readCatalogue(adapter: SqlDriverAdapter, pool: pg.Pool): void {
  const send = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  pool.query = (async (config: pg.QueryConfig) => {
    const result = await send(config);
    for (const field of result.fields ?? []) {
      if (field.dataTypeID === CATALOGUE_CHAR) field.dataTypeID = UUID;
    }
    return result;
  }) as unknown as typeof pool.query;
  const read = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await read(query);
    const columnTypes = result.columnTypes.map((type) =>
      type === ColumnTypeEnum.Uuid ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
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
