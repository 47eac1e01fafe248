import { createHash } from 'node:crypto';
import type { Migration } from './schema-engine.ts';

/** A row of Prisma's `_prisma_migrations`. */
export interface AppliedMigration {
  readonly migration_name: string;
  /** SHA-256 of the script, in hex. */
  readonly checksum: string;
  /** Null while it runs, and for ever when it failed. */
  readonly finished_at: unknown;
  readonly rolled_back_at: unknown;
}

export const HISTORY_QUERY =
  'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations';

/**
 * The committed migrations that the database still lacks, oldest first.
 * @throws Error the two histories contradict each other; the message says how, and what to do
 */
export function lackingMigrations(
  committed: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const standing = applied.filter(({ rolled_back_at }) => rolled_back_at === null);
  const known = new Map(committed.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at } of standing) {
    const migration = known.get(name);
    if (finished_at === null) {
      throw new Error(
        `The migration ${name} began and never finished. If no process is applying it now, ` +
          'restore the backup from before it.',
      );
    }
    if (!migration) {
      throw new Error(`The database is newer than this program: it has the migration ${name}.`);
    }
    if (sha256(migration.sql) !== checksum) {
      throw new Error(
        `The migration ${name} was edited after it was applied: put it back, and write a new one.`,
      );
    }
  }
  const done = new Set(standing.map(({ migration_name }) => migration_name));
  return committed.filter(({ name }) => !done.has(name));
}

/** The names of the migrations that were begun and neither finished nor rolled back. */
export const unfinished = (applied: readonly AppliedMigration[]): string[] =>
  applied
    .filter(({ finished_at, rolled_back_at }) => finished_at === null && rolled_back_at === null)
    .map(({ migration_name }) => migration_name);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
