import { readConfig } from '../config.ts';
import { makeRoles } from '../database/make-roles.ts';
import { roleNames } from '../database/roles-sql.ts';

/** What to do about the roles. */
export interface RolesRequest {
  /** What their names begin with. */
  readonly prefix: string;
  /** Only print the statements. */
  readonly isDry: boolean;
}

/**
 * Makes the three Postgres roles, or gives the SQL that would; says in words what to do next.
 * @throws Error the database is not Postgres, or its role may not make roles
 */
export async function runRoles({ prefix, isDry }: RolesRequest): Promise<string> {
  const { databaseUrl } = readConfig();
  if (databaseUrl.startsWith('file:')) {
    throw new Error('SQLite has no roles: whoever may write the file may change it.');
  }
  const names = roleNames(prefix);
  const statements = await makeRoles(databaseUrl, names, isDry);
  if (isDry) return `${statements.join(';\n')};`;
  const { owner, app } = names;
  return [
    `The roles stand. Give the two that sign in a password: ALTER ROLE ${app} PASSWORD '…'.`,
    `From now on the server connects as ${app}, and npm run migrate as ${owner}; run this again after each migration.`,
  ].join('\n');
}
