import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { migrationsFolder, presentModels } from './committed-migrations.ts';
import type { Provider } from './database.ts';
import { guardsOf } from './guard-sql.ts';
import { offlinePostgresql, offlineSqlite } from './schema-connections.ts';
import { startSchemaEngine } from './schema-engine.ts';

/** The models that the committed migrations lead to, kept beside them. */
export const snapshotFile = (provider: Provider): string =>
  path.join(migrationsFolder(provider), 'models.prisma');

/**
 * The SQL from the models of the last migration to the present ones, without any database;
 * empty when they do not differ.
 */
export async function nextMigrationSql(provider: Provider): Promise<string> {
  const snapshot = snapshotFile(provider);
  const from = existsSync(snapshot) ? readFileSync(snapshot, 'utf8') : null;
  const engine = await startSchemaEngine(
    provider,
    provider === 'sqlite' ? offlineSqlite() : offlinePostgresql(),
  );
  try {
    const sql = await engine.diffModels(from, presentModels(provider));
    return provider === 'sqlite' ? withGuardsRestored(sql) : comparedBytewise(sql);
  } finally {
    await engine.close();
  }
}

/**
 * Writes the next migration of a provider and moves its snapshot on; gives the folder,
 * or null when the models did not change.
 */
export async function writeMigration(
  provider: Provider,
  name: string,
  now: Date,
): Promise<string | null> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error('A migration is named in lower-case words, such as add_invitations.');
  }
  const sql = await nextMigrationSql(provider);
  if (sql === '') return null;
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(migrationsFolder(provider), `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), sql);
  writeFileSync(snapshotFile(provider), presentModels(provider));
  return folder;
}

/** Text compares by its bytes on SQLite; so it shall on Postgres, whatever the database's language. */
const comparedBytewise = (sql: string): string =>
  sql
    .replace(/^-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n/, '')
    .replace(/\bTEXT\b/g, 'TEXT COLLATE "C"');

/**
 * A table that is made anew loses its triggers: they follow in the same script. Those of other tables
 * that look at it go before, since SQLite renames no table while a trigger looks at one that is not there.
 */
function withGuardsRestored(sql: string): string {
  const guards = guardsOf('sqlite');
  const lost = guards.filter(({ table }) => sql.includes(`DROP TABLE "${table}"`));
  const looking = guards.filter(
    (guard) => !lost.includes(guard) && lost.some(({ table }) => guard.sql.includes(`"${table}"`)),
  );
  return [
    ...looking.map(({ name }) => `-- Drop a guard that looks at it\nDROP TRIGGER "${name}";\n`),
    sql,
    ...[...lost, ...looking].map((guard) => `-- Restore a guard\n${guard.sql};\n`),
  ].join('\n');
}
