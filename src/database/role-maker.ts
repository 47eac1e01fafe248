import type { PoolClient } from 'pg';
import type { RoleNames } from './roles-sql.ts';

/** What a role that is no superuser lacks to make the roles of a schema, in words. */
const LACKS = `WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user)
SELECT 'the attribute CREATEROLE' AS lack FROM me WHERE NOT rolcreaterole
UNION ALL
SELECT format('to own the database %s, or its schema %s', current_database(), nspname)
FROM pg_namespace WHERE oid = $1::regnamespace AND NOT pg_has_role(nspowner, 'USAGE')
UNION ALL
SELECT format('to own the table %s, which is %s''s', string_agg(relname, ', ' ORDER BY relname), min(r.rolname))
FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE relnamespace = $1::regnamespace AND relkind = 'r'
  AND NOT pg_has_role(relowner, 'USAGE') AND NOT r.rolname = ANY($2)
GROUP BY r.oid
UNION ALL
SELECT format('to administer the role %s, which is there already', rolname)
FROM pg_roles WHERE rolname = ANY($2) AND NOT pg_has_role(oid, 'MEMBER WITH ADMIN OPTION')`;

/** Refuses, before anything is tried, who may not make the roles. @throws Error with what is lacking */
export async function assertMayMakeRoles(
  client: PoolClient,
  schema: string,
  { owner, app, retention }: RoleNames,
): Promise<void> {
  const { rows } = await client.query<{ lack: string }>(LACKS, [schema, [owner, app, retention]]);
  if (rows.length === 0) return;
  throw new Error(
    `Roles are made by a superuser, or by who owns the database and may make roles. This one lacks: ${rows.map(({ lack }) => lack).join('; ')}.`,
  );
}
