import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { inject } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import type { OpenOptions } from '../../src/database/open-options.ts';
import { administer, databaseUrl } from './postgres-server.ts';
import { queryAt } from './query-at.ts';

/** A private, migrated, real database. */
export interface FreshDatabase {
  readonly database: Database;
  readonly url: string;
  /** Runs plain SQL as the database's owner, around everything; `$1`, `$2` … on both databases. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Closes and removes it. */
  close(): Promise<void>;
}

/** Makes a private, migrated database on the project's provider, and opens it. */
export async function freshDatabase(options: OpenOptions = {}): Promise<FreshDatabase> {
  const place = await (inject('provider') === 'sqlite' ? copyOfFile() : copyOfDatabase());
  const database = await openDatabase(place.url, options);
  return {
    database,
    url: place.url,
    query: place.query,
    close: async () => {
      await database.close();
      await place.remove();
    },
  };
}

/** A private place for a database with nothing in it, not even tables. */
export const emptyPlace = (): Promise<Place> =>
  inject('provider') === 'sqlite' ? emptyFile() : emptyDatabase();

export interface Place {
  readonly url: string;
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  remove(): Promise<void>;
}

async function copyOfFile(): Promise<Place> {
  const place = await emptyFile();
  copyFileSync(inject('sqliteTemplate'), place.url.slice('file:'.length));
  return place;
}

async function emptyFile(): Promise<Place> {
  // Beside the template, whose folder goes with the run: also what a test forgot to close.
  const folder = mkdtempSync(path.join(path.dirname(inject('sqliteTemplate')), 'test-'));
  const file = path.join(folder, 'test.db');
  return {
    url: `file:${file}`,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const connection = new Sqlite(file, { timeout: 5_000 });
      try {
        const statement = connection.prepare(sql);
        const named = Object.fromEntries(values.map((value, index) => [index + 1, value]));
        if (statement.reader) return statement.all(named) as Row[];
        statement.run(named);
        return [];
      } finally {
        connection.close();
      }
    },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const copyOfDatabase = (): Promise<Place> => emptyDatabase(inject('postgres').template);

async function emptyDatabase(template = 'template0'): Promise<Place> {
  const server = inject('postgres').url;
  const name = `orgtrail_test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = databaseUrl(server, name);
  return {
    url,
    ...queryAt(url),
    remove: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
