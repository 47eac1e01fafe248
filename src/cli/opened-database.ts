import { readConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { checkGuards } from '../database/guards.ts';
import { pendingMigrations } from '../database/migrations.ts';
import { openDatabase } from '../database/open.ts';

/**
 * Runs `work` on the configured database, its schema up to date and its guards standing, and closes
 * it after. Migrates nothing: a server may be running on it.
 * @throws Error the database lacks migrations or guards
 */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { databaseUrl, unsafeDurability } = readConfig();
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length > 0) {
    throw new Error(`The database lacks migrations (${pending.join(', ')}): run npm run migrate.`);
  }
  const database = await openDatabase(databaseUrl, { unsafeDurability });
  try {
    await checkGuards(database);
    return await work(database);
  } finally {
    await database.close();
  }
}
