import type { Database } from './database.ts';
import { guardsOf } from './guard-sql.ts';

/**
 * Asserts that every guard stands: on SQLite word for word, since a table made anew loses its
 * triggers silently; on Postgres by name, armed, with a function that still raises, since an owner
 * can disarm them.
 * @throws Error naming the guards that are missing
 */
export async function checkGuards(database: Database): Promise<void> {
  const missing =
    database.provider === 'sqlite'
      ? await missingOnSqlite(database)
      : await missingOnPostgresql(database);
  if (missing.length > 0) {
    throw new Error(
      `The audit log is not protected: ${missing.join(', ')} is missing, switched off or altered. ` +
        'Restore the triggers as in prisma/migrations, and find out who changed them.',
    );
  }
}

async function missingOnSqlite(database: Database): Promise<string[]> {
  const triggers = await database.select<{ name: string; sql: string }>(
    `SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`,
    [],
  );
  const standing = new Map(triggers.map(({ name, sql }) => [name, sql]));
  return guardsOf('sqlite')
    .filter(({ name, sql }) => standing.get(name) !== sql)
    .map(({ name }) => name);
}

/** A row for each trigger that fires always, for what its name says, and refuses. */
const ARMED = `
SELECT t.tgname AS name, c.relname AS "table"
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = current_schema()::regnamespace
  AND t.tgenabled = 'A'
  AND t.tgqual IS NULL
  AND t.tgtype & 2 = 2
  AND p.proname = 'refuse_change' AND p.prosrc LIKE '%RAISE EXCEPTION%'
  AND CASE substring(t.tgname from '_no_(.*)$')
    WHEN 'update' THEN t.tgtype & 16 WHEN 'delete' THEN t.tgtype & 8 ELSE t.tgtype & 32
  END <> 0`;

async function missingOnPostgresql(database: Database): Promise<string[]> {
  const rows = await database.select<{ name: string; table: string }>(ARMED, []);
  const armed = new Set(rows.map(({ name, table }) => `${table} ${name}`));
  return guardsOf('postgresql')
    .filter(({ name, table }) => !armed.has(`${table} ${name}`))
    .map(({ name }) => name);
}
