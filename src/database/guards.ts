import type { Database } from './database.ts';
import { alteredFunctions } from './guard-functions.ts';
import { type Guard, guardsOf } from './guard-sql.ts';

/**
 * Asserts that every guard stands, word for word: a table made anew on SQLite loses its triggers
 * silently, and an owner can disarm them.
 * @throws Error naming the guards that are missing
 */
export async function checkGuards(database: Database): Promise<void> {
  const missing = await missingGuards(database);
  if (missing.length > 0) {
    throw new Error(
      `The audit log is not protected: ${missing.join(', ')} is missing, switched off or altered. ` +
        'Restore the triggers as in prisma/migrations, and find out who changed them.',
    );
  }
}

/** The names of the guards, and of the functions they rest on, that do not stand as they must. */
export const missingGuards = async (database: Database): Promise<string[]> =>
  database.provider === 'sqlite'
    ? missingOnSqlite(database)
    : [...(await missingOnPostgresql(database)), ...(await alteredFunctions(database))];

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

/** A row for each trigger that fires always, for every column and on no condition. */
const ARMED = `
SELECT t.tgname AS "name", c.relname AS "table", p.proname AS "calls", t.tgtype::int AS "type"
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = current_schema()::regnamespace
  AND p.pronamespace = current_schema()::regnamespace
  AND t.tgenabled = 'A'
  AND t.tgqual IS NULL
  AND cardinality(t.tgattr::int2[]) = 0`;

interface ArmedRow {
  readonly name: string;
  readonly table: string;
  readonly calls: string;
  readonly type: number;
}

/** pg_trigger.tgtype: for each row, before, and the verb. */
const [ROW, BEFORE] = [1, 2];
const VERBS = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 };

const typeOf = (verb: Guard['verb']): number =>
  VERBS[verb] + BEFORE + (verb === 'TRUNCATE' ? 0 : ROW);

async function missingOnPostgresql(database: Database): Promise<string[]> {
  const rows = await database.select<ArmedRow>(ARMED, []);
  const armed = new Set(
    rows.map(({ table, name, type, calls }) => `${table} ${name} ${type} ${calls}`),
  );
  return guardsOf('postgresql')
    .filter(
      ({ table, name, verb, calls }) => !armed.has(`${table} ${name} ${typeOf(verb)} ${calls}`),
    )
    .map(({ name }) => name);
}
