import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../src/database/migrations.ts';
import { startPostgres } from './record-postgres.ts';

/** Measures on a new database of each kind, or of the one named `sqlite` or `postgres`, one after the other. */
export async function onBothDatabases(
  part: string | undefined,
  measure: (name: string, url: string) => Promise<void>,
): Promise<void> {
  if (part !== 'postgres') await onSqlite(measure);
  if (part !== 'sqlite') await onPostgres(measure);
}

type Measure = Parameters<typeof onBothDatabases>[1];

async function onSqlite(measure: Measure): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-bench-'));
  try {
    const url = `file:${path.join(folder, 'bench.db')}`;
    await migrate(url);
    await measure('SQLite', url);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(measure: Measure): Promise<void> {
  const postgres = await startPostgres();
  try {
    await migrate(postgres.url('postgres'));
    await measure('Postgres', postgres.url('postgres'));
  } finally {
    await postgres.stop();
  }
}
