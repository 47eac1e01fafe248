import { randomBytes } from 'node:crypto';
import { makeRoles } from '../../src/database/make-roles.ts';
import { type RoleNames, roleNames } from '../../src/database/roles-sql.ts';
import type { Place } from './database.ts';

/** The roles of one database, and its URL as the server's role. */
export interface MadeRoles extends RoleNames {
  readonly appUrl: string;
  /** Removes the roles, which belong to the whole server. */
  drop(): Promise<void>;
}

/** Makes roles of their own for a migrated Postgres database. */
export async function madeRoles({ url, query }: Pick<Place, 'url' | 'query'>): Promise<MadeRoles> {
  const names = roleNames(`test_${randomBytes(6).toString('hex')}`);
  await makeRoles(url, names, false);
  const password = randomBytes(12).toString('hex');
  await query(`ALTER ROLE ${names.app} PASSWORD '${password}'`);
  const appUrl = new URL(url);
  appUrl.username = names.app;
  appUrl.password = password;
  return {
    ...names,
    appUrl: appUrl.href,
    drop: async () => {
      for (const role of [names.app, names.retention, names.owner]) {
        await query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
        await query(`DROP OWNED BY ${role}`);
        await query(`DROP ROLE ${role}`);
      }
    },
  };
}
