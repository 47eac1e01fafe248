import type { Database } from './database.ts';
import { providerOf } from './database-url.ts';
import type { OpenOptions } from './open-options.ts';
import { openPostgresql } from './open-postgresql.ts';
import { openSqlite } from './open-sqlite.ts';

/**
 * Opens the database that `url` names, durable and with both doors answering; migrates nothing.
 * @throws UnavailableError it does not answer
 * @throws Error it could lose acknowledged changes, or the URL names no database
 */
export const openDatabase = (url: string, options: OpenOptions = {}): Promise<Database> =>
  providerOf(url) === 'sqlite' ? openSqlite(url, options) : openPostgresql(url, options);
