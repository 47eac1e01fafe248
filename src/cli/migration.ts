import path from 'node:path';
import { writeMigration } from '../database/next-migration.ts';
import type { Clock } from '../kernel/clock.ts';

/** Writes the next migration for both databases from the models, and says in words what was done. */
export async function runMigration(name: string, clock: Clock): Promise<string> {
  const now = clock();
  const folders = [
    await writeMigration('sqlite', name, now),
    await writeMigration('postgresql', name, now),
  ].filter((folder) => folder !== null);
  if (folders.length === 0) return 'The models have not changed since the last migration.';
  const written = folders.map((folder) => path.relative('.', folder)).join(' and ');
  return `Wrote ${written}. Read the SQL before you commit it.`;
}
