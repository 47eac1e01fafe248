import { migrate } from '../database/migrations.ts';

/** Applies what the database lacks, and says in words what was done. */
export async function runMigrate(url: string): Promise<string> {
  const applied = await migrate(url);
  return applied.length === 0
    ? 'The database is up to date.'
    : `Applied ${applied.length} migrations: ${applied.join(', ')}.`;
}
