import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';

/** How long SQLite itself waits for another process, for the few locks not awaited by ourselves. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Every setting that every connection must have, with the value it must read back. */
const SETTINGS: readonly (readonly [name: string, value: string | number, readBack: unknown])[] = [
  ['busy_timeout', BUSY_TIMEOUT_MS, BUSY_TIMEOUT_MS],
  ['journal_mode', 'WAL', 'wal'],
  // better-sqlite3 opens a WAL database at NORMAL, which loses acknowledged commits with the power.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['secure_delete', 'ON', 1],
];

/** Runs one statement and gives the single value of its first row; undefined when there is none. */
export type ScalarQuery = (sql: string) => unknown;

/**
 * Sets a connection up for durability and safety, and reads every setting back.
 * @throws Error a setting did not take
 */
export async function applySettings(query: ScalarQuery): Promise<void> {
  for (const [name, value] of SETTINGS) await query(`PRAGMA ${name} = ${value}`);
  await assertSettings(query);
}

/** @throws Error a setting is not what it must be */
export async function assertSettings(query: ScalarQuery): Promise<void> {
  for (const [name, value, expected] of SETTINGS) {
    const actual = await query(`PRAGMA ${name}`);
    const comparable = typeof actual === 'bigint' ? Number(actual) : actual;
    if (comparable !== expected) {
      throw new Error(
        `SQLite refuses ${name} = ${value} (it says ${String(actual)}): the database is not safe to use.`,
      );
    }
  }
}

/** Makes the folder (0700) and the file (0600) where they are missing, and closes the file to others. */
export function prepareFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Closing a file takes from the process every lock that its connections hold on it.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}
