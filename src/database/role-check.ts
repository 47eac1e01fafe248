import type { Database } from './database.ts';
import { guardsOf } from './guard-sql.ts';
import { appPrivileges, type Privilege } from './roles-sql.ts';

/** What the role that a server connects as may do, beyond or short of what it needs. */
export interface RoleFindings {
  readonly role: string;
  /** Why it could get around the guards; empty when it could not. */
  readonly excesses: readonly string[];
  /** What it needs and lacks, as in `INSERT on MerkleTile`. */
  readonly missing: readonly string[];
}

const ROLE = `SELECT current_user AS "role", r.rolsuper AS "isSuper",
  (SELECT bool_or(pg_has_role(c.relowner, 'USAGE')) FROM pg_class c
   WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
     AND c.relname = ANY($1::text[])) AS "isOwner"
FROM pg_roles r WHERE r.rolname = current_user`;

const PRIVILEGES = `SELECT c.relname AS "table", p.privilege
FROM pg_class c
CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p(privilege)
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
  AND has_table_privilege(c.oid, p.privilege) = $1::bool`;

const GUARDED = [...new Set(guardsOf('postgresql').map(({ table }) => table))];

/** Looks at the role that the reading door of a Postgres database is connected as. */
export async function roleFindings({ select }: Database): Promise<RoleFindings> {
  const [row] = await select<{ role: string; isSuper: boolean; isOwner: boolean | null }>(ROLE, [
    `{${GUARDED.map((table) => `"${table}"`).join(',')}}`,
  ]);
  const { role = '', isSuper = false, isOwner = false } = row ?? {};
  if (isSuper) return { role, excesses: ['is a superuser'], missing: [] };
  if (isOwner) return { role, excesses: ['owns tables of the log'], missing: [] };
  type Held = { readonly table: string; readonly privilege: Privilege };
  const held = await select<Held>(PRIVILEGES, ['true']);
  const lacked = await select<Held>(PRIVILEGES, ['false']);
  const named = ({ table, privilege }: Held) => `${privilege} on ${table}`;
  return {
    role,
    excesses: held
      .filter(({ table, privilege }) => GUARDED.includes(table) && !may(table, privilege))
      .map((one) => `holds ${named(one)}`),
    missing: lacked.filter(({ table, privilege }) => may(table, privilege)).map(named),
  };
}

const may = (table: string, privilege: Privilege): boolean =>
  appPrivileges(table).includes(privilege);

/**
 * Asserts that the server's role may do what the server does; gives a warning when it could get
 * around the guards, which only a role of its own cannot. Null on SQLite, which has no roles.
 * @throws Error the role lacks a privilege, or could get around the guards and `isRequired`
 */
export async function checkRoles(database: Database, isRequired: boolean): Promise<string | null> {
  if (database.provider === 'sqlite') return null;
  const { role, excesses, missing } = await roleFindings(database);
  if (missing.length > 0) {
    throw new Error(
      `The Postgres role ${role} lacks ${missing.join(', ')}: run npm run roles, as after each migration.`,
    );
  }
  if (excesses.length === 0) return null;
  const warning = `The Postgres role ${role} ${excesses.join(', ')}, so that it could get around the guards of the log: run npm run roles, and connect as orgtrail_app.`;
  if (isRequired) throw new Error(warning);
  return warning;
}
