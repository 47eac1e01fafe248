import { committedMigrations, migrationsFolder, presentModels } from './committed-migrations.ts';
import { providerOf } from './database-url.ts';
import { type MigrationConnection, openForMigration } from './migration-connection.ts';
import { lackingMigrations, unfinished } from './migration-history.ts';
import { type Migration, startSchemaEngine } from './schema-engine.ts';

/**
 * Applies the committed migrations that the database lacks, and gives their names. Two processes at
 * once apply them once: the second waits, and finds nothing left to do.
 * @throws Error an applied migration was edited, failed, or is unknown to this program
 */
export const migrate = (url: string, folder = migrationsFolder(providerOf(url))) =>
  connected(url, async (connection) => {
    const committed = committedMigrations(folder);
    if (await isUpToDate(connection, committed)) return [];
    return connection.locked(async () => {
      const missing = await lacking(connection, committed);
      if (missing.length > 0) await apply(connection, committed);
      return missing.map(({ name }) => name);
    });
  });

/**
 * The names of the committed migrations that the database lacks, oldest first.
 * @throws Error as `migrate` does
 */
export const pendingMigrations = (url: string, folder = migrationsFolder(providerOf(url))) =>
  connected(url, async (connection) =>
    (await lacking(connection, committedMigrations(folder))).map(({ name }) => name),
  );

/** The SQL by which the tables differ from the models; empty when they do not. */
export const schemaDrift = (url: string): Promise<string> =>
  connected(url, async ({ provider, schemaConnection }) => {
    const engine = await startSchemaEngine(provider, schemaConnection);
    try {
      return await engine.diffDatabase(presentModels(provider));
    } finally {
      await engine.close();
    }
  });

async function connected<T>(
  url: string,
  work: (connection: MigrationConnection) => Promise<T>,
): Promise<T> {
  const connection = await openForMigration(url);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const lacking = async (connection: MigrationConnection, committed: readonly Migration[]) =>
  lackingMigrations(committed, await connection.history());

/** Whether there is nothing to do; not so while another process is at it. */
async function isUpToDate(
  connection: MigrationConnection,
  committed: readonly Migration[],
): Promise<boolean> {
  const applied = await connection.history();
  return unfinished(applied).length === 0 && lackingMigrations(committed, applied).length === 0;
}

async function apply(
  { provider, schemaConnection, history }: MigrationConnection,
  committed: readonly Migration[],
): Promise<void> {
  const engine = await startSchemaEngine(provider, schemaConnection);
  try {
    await engine.apply(committed);
  } catch (error) {
    // A script that failed left nothing behind, so the next start may try it again.
    for (const name of unfinished(await history())) await engine.markRolledBack(name);
    throw error;
  } finally {
    await engine.close();
  }
}
