import { postgresqlTarget } from './database-url.ts';
import { openPool } from './postgresql-pool.ts';
import { assertMayMakeRoles } from './role-maker.ts';
import { type RoleNames, rolesSql, type SchemaObjects } from './roles-sql.ts';

const IN_SCHEMA = `relnamespace = $1::regnamespace AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`;

const TABLES = `SELECT relname AS name, relkind AS kind FROM pg_class c
WHERE ${IN_SCHEMA} AND relkind IN ('r', 'S') ORDER BY relname`;

const FUNCTIONS = `SELECT p.prosecdef AS "isDefiner", p.proname AS name,
  pg_get_function_identity_arguments(p.oid) AS arguments
FROM pg_proc p
WHERE p.pronamespace = $1::regnamespace AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.proname`;

const SERVER = `SELECT current_setting('server_version_num')::int AS version, rolsuper AS "isSuperuser"
FROM pg_roles WHERE rolname = current_user`;

/**
 * Makes the three roles of a Postgres database, or brings them up to date, in one transaction; gives
 * the statements. With `isDry` it only gives them.
 * @throws Error the connection's role may not, with what it lacks
 */
export async function makeRoles(url: string, names: RoleNames, isDry: boolean): Promise<string[]> {
  const { schema } = postgresqlTarget(url);
  const pool = openPool(url, { readOnly: isDry, poolSize: 1, statementTimeoutMs: 0 });
  const client = await pool.connect();
  try {
    const found = await client.query<{ name: string; kind: string }>(TABLES, [schema]);
    const functions = await client.query<{ name: string; arguments: string; isDefiner: boolean }>(
      FUNCTIONS,
      [schema],
    );
    const server = await client.query<{ version: number; isSuperuser: boolean }>(SERVER);
    const { version = 0, isSuperuser = false } = server.rows[0] ?? {};
    if (!isDry && !isSuperuser) await assertMayMakeRoles(client, schema, names);
    const ofKind = (kind: string) =>
      found.rows.filter((row) => row.kind === kind).map(({ name }) => name);
    const objects: SchemaObjects = {
      tables: ofKind('r'),
      sequences: ofKind('S'),
      functions: functions.rows.map(({ name, arguments: types, isDefiner }) => ({
        signature: `${name}(${types})`,
        isDefiner,
      })),
      version,
      isSuperuser,
    };
    const statements = rolesSql(schema, names, objects);
    if (!isDry) await client.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
    return statements;
  } finally {
    client.release(true);
    await pool.end();
  }
}
