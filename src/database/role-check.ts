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

/** What a role may become counts, though it has nothing of it until it does. Who owns the schema may drop its tables. */
const ROLE = `SELECT current_user AS "role",
  (SELECT bool_or(pg_has_role(r.oid, 'MEMBER')) FROM pg_roles r WHERE r.rolsuper) AS "isSuper",
  (SELECT bool_or(pg_has_role(c.relowner, 'MEMBER')) FROM pg_class c
   WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname = ANY($1::text[])) AS "isOwner",
  pg_has_role(n.nspowner, 'MEMBER') AS "ownsSchema"
FROM pg_namespace n WHERE n.oid = current_schema()::regnamespace`;

interface RoleRow {
  readonly role: string;
  readonly isSuper: boolean | null;
  readonly isOwner: boolean | null;
  readonly ownsSchema: boolean;
}

/**
 * A privilege on a column is one on the table, in part. A trigger acts with the rights of whoever
 * meets it, also of the functions that may empty and remove entries.
 */
const PRIVILEGES = `SELECT c.relname AS "table", p.privilege,
  has_table_privilege(c.oid, p.privilege) AS "isWhole",
  EXISTS (SELECT 1 FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')
    AND (has_table_privilege(r.oid, c.oid, p.privilege)
      OR CASE WHEN p.privilege IN ('SELECT', 'INSERT', 'UPDATE')
        THEN has_any_column_privilege(r.oid, c.oid, p.privilege) END)) AS "isHeld"
FROM pg_class c
CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,TRIGGER}'::text[]) AS p(privilege)
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`;

interface PrivilegeRow {
  readonly table: string;
  readonly privilege: Privilege;
  readonly isWhole: boolean;
  readonly isHeld: boolean;
}

const GUARDED = [...new Set(guardsOf('postgresql').map(({ table }) => table))];

/** Looks at the role that the reading door of a Postgres database is connected as. */
export async function roleFindings({ select }: Database): Promise<RoleFindings> {
  const [row] = await select<RoleRow>(ROLE, [
    `{${GUARDED.map((table) => `"${table}"`).join(',')}}`,
  ]);
  const role = row?.role ?? '';
  if (row?.isSuper) return { role, excesses: ['is a superuser'], missing: [] };
  if (row?.isOwner) return { role, excesses: ['owns tables of the log'], missing: [] };
  const rows = await select<PrivilegeRow>(PRIVILEGES, []);
  const named = ({ table, privilege }: PrivilegeRow) => `${privilege} on ${table}`;
  return {
    role,
    excesses: [
      ...(row?.ownsSchema ? ['owns the schema'] : []),
      ...rows
        .filter((one) => one.isHeld && GUARDED.includes(one.table) && !may(one))
        .map((one) => `holds ${named(one)}`),
    ],
    missing: rows.filter((one) => !one.isWhole && may(one)).map(named),
  };
}

const may = ({ table, privilege }: PrivilegeRow): boolean =>
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
