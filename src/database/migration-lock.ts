import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type pg from 'pg';
import { prepareFile } from './sqlite-settings.ts';

const DEADLINE_MS = 60_000;
const PAUSE_MS = 50;

/** Runs `work` while no other process holds the lock on `file`; the lock ends with its process. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  prepareFile(file);
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    await untilTrue(() => tries(() => lock.exec('BEGIN EXCLUSIVE')));
    return await work();
  } finally {
    lock.close();
  }
}

/** Runs `work` while no other session holds the lock of this name; the lock ends with its session. */
export async function withAdvisoryLock<T>(
  pool: pg.Pool,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const holding = (error: Error) => void error;
  client.on('error', holding);
  try {
    await untilTrue(async () => {
      const { rows } = await client.query<{ held: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
        [name],
      );
      return rows[0]?.held === true;
    });
    return await work();
  } finally {
    client.off('error', holding);
    // The session ends, and its locks with it.
    client.release(true);
  }
}

function tries(begin: () => void): boolean {
  try {
    begin();
    return true;
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

async function untilTrue(attempt: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await attempt())) {
    if (Date.now() > deadline) {
      throw new Error('Another process has been migrating this database for a minute: look at it.');
    }
    await sleep(PAUSE_MS);
  }
}
