import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { committedMigrations, migrationsFolder } from '../../src/database/committed-migrations.ts';
import { checkGuards } from '../../src/database/guards.ts';
import { makeRoles } from '../../src/database/make-roles.ts';
import { migrate } from '../../src/database/migrations.ts';
import { openDatabase } from '../../src/database/open.ts';
import { checkRoles, roleFindings } from '../../src/database/role-check.ts';
import { roleNames, rolesSql } from '../../src/database/roles-sql.ts';
import { emptyPlace, type FreshDatabase, freshDatabase, type Place } from '../support/database.ts';
import { administer } from '../support/postgres-server.ts';
import { queryAt } from '../support/query-at.ts';
import { type MadeRoles, madeRoles } from '../support/roles.ts';

test('a name that is no plain word makes no roles', () => {
  for (const prefix of ['', 'Orgtrail', 'a"b', 'a; DROP ROLE x', '1a']) {
    expect(() => roleNames(prefix)).toThrow('plain lower-case word');
  }
});

describe.runIf(inject('provider') === 'sqlite')('SQLite', () => {
  test('has no roles to check', async () => {
    const fresh = await freshDatabase();
    expect(await checkRoles(fresh.database, true)).toBeNull();
    await fresh.close();
  });
});

describe.runIf(inject('provider') === 'postgresql')('the role of the server', () => {
  let fresh: FreshDatabase;
  let roles: MadeRoles;
  beforeAll(async () => {
    fresh = await freshDatabase();
    roles = await madeRoles(fresh);
  });
  afterAll(async () => {
    await roles.drop();
    await fresh.close();
  });

  const asApp = async <T>(work: (database: FreshDatabase['database']) => Promise<T>) => {
    const database = await openDatabase(roles.appUrl);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };

  test('lacks nothing and holds nothing in excess', async () => {
    expect(await asApp(roleFindings)).toEqual({ role: roles.app, excesses: [], missing: [] });
    expect(await asApp((database) => checkRoles(database, true))).toBeNull();
  });

  test('is warned of when it is a superuser or an owner, and refused where that is required', async () => {
    expect(await checkRoles(fresh.database, false)).toContain('is a superuser');
    await expect(checkRoles(fresh.database, true)).rejects.toThrow('run npm run roles');
    await fresh.query(`GRANT ${roles.owner} TO ${roles.app}`);
    expect(await asApp((database) => checkRoles(database, false))).toContain('owns tables');
    await fresh.query(`REVOKE ${roles.owner} FROM ${roles.app}`);
  });

  test.each([
    ['UPDATE', 'AuditLog'],
    ['DELETE', 'AuditLog'],
    ['TRUNCATE', 'AuditLog'],
    ['UPDATE', 'RecordedKey'],
    ['INSERT', 'PrunedLeaf'],
    ['DELETE', 'Ledger'],
  ])('is warned of when it holds %s on %s', async (privilege, table) => {
    await fresh.query(`GRANT ${privilege} ON "${table}" TO ${roles.app}`);
    expect(await asApp((database) => checkRoles(database, false))).toContain(
      `holds ${privilege} on ${table},`,
    );
    await fresh.query(`REVOKE ${privilege} ON "${table}" FROM ${roles.app}`);
  });

  const GIVEN: readonly (readonly [what: string, on: string, said: string])[] = [
    ['UPDATE ("details")', 'ON "AuditLog"', 'holds UPDATE on AuditLog,'],
    ['TRIGGER', 'ON "AuditLog"', 'holds TRIGGER on AuditLog,'],
    ['pg_write_all_data', '', 'holds UPDATE on AuditLog,'],
    ['{owner}', '', 'owns tables of the log,'],
    ['{retention}', '', 'holds UPDATE on AuditLog,'],
    ['{super}', '', 'is a superuser,'],
  ];

  test.each(GIVEN)('is warned of when it was granted %s %s', async (what, on, said) => {
    const [{ user } = { user: '' }] = await fresh.query<{ user: string }>(
      'SELECT current_user AS user',
    );
    const { owner, retention } = roles;
    const names: Record<string, string> = { owner, retention, super: user };
    const named = (text: string) => text.replace(/{(\w+)}/g, (_, name) => names[name] ?? '');
    const later = on ? '' : ' WITH INHERIT FALSE';
    for (const way of new Set(['', later])) {
      await fresh.query(named(`GRANT ${what} ${on} TO ${roles.app}${way}`));
      expect(await asApp((database) => checkRoles(database, false))).toContain(named(said));
      await fresh.query(named(`REVOKE ${what} ${on} FROM ${roles.app}`));
    }
  });

  test('is warned of when it owns the schema', async () => {
    const [schema] = await fresh.query<{ owner: string }>(
      `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'public'`,
    );
    await fresh.query(`ALTER SCHEMA public OWNER TO ${roles.app}`);
    expect(await asApp((database) => checkRoles(database, false))).toContain('owns the schema,');
    await fresh.query(`ALTER SCHEMA public OWNER TO ${schema?.owner}`);
  });

  test('is refused, in plain words, when it lacks something', async () => {
    await fresh.query(`REVOKE INSERT ON "AuditLog", "Team" FROM ${roles.app}`);
    await expect(asApp((database) => checkRoles(database, false))).rejects.toThrow(
      `The Postgres role ${roles.app} lacks INSERT on AuditLog, INSERT on Team: run npm run roles`,
    );
    await fresh.query(`GRANT INSERT ON "AuditLog", "Team" TO ${roles.app}`);
  });

  test('can be made again, also before Postgres 17', async () => {
    const none = { sequences: [], functions: [] };
    const objects = { ...none, tables: ['AuditLog'], isSuperuser: true, version: 160_000 };
    expect(rolesSql('public', roles, objects).join()).not.toContain('MAINTAIN');
    expect(rolesSql('public', roles, { ...objects, version: 170_000 }).join()).toContain(
      'MAINTAIN',
    );
  });
});

describe.runIf(inject('provider') === 'postgresql')('who is no superuser', () => {
  /** A database of a role's own, migrated by it; gone after the work. */
  async function ownDatabase(attributes: string, work: (own: Place) => Promise<void>) {
    const place = await emptyPlace();
    const role = `test_maker_${randomBytes(6).toString('hex')}`;
    const url = new URL(place.url);
    Object.assign(url, { username: role, password: 'secret' });
    try {
      await place.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' ${attributes}`);
      await place.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${role}`);
      await migrate(url.href);
      await work({ ...place, url: url.href });
    } finally {
      await place.remove();
      await administer(inject('postgres').url, `DROP ROLE IF EXISTS ${role}`);
    }
  }

  test('makes the roles with CREATEROLE in a database of their own, again and again, and keeps no part in them', async () => {
    await ownDatabase('CREATEROLE', async (own) => {
      const roles = await madeRoles(own);
      const { owner, app, retention } = roles;
      try {
        await makeRoles(own.url, { owner, app, retention }, false);
        const database = await openDatabase(roles.appUrl);
        expect(await roleFindings(database)).toEqual({ role: app, excesses: [], missing: [] });
        expect(await checkRoles(database, true)).toBeNull();
        await database.close();
        const asMaker = queryAt(own.url);
        for (const sql of ['SELECT * FROM "AuditLog"', 'DELETE FROM "AuditLog"']) {
          await expect(asMaker.query(sql)).rejects.toThrow('permission denied');
        }
        const creating = await own.query<{ may: boolean }>(
          `SELECT has_schema_privilege('${retention}', 'public', 'CREATE') AS may`,
        );
        expect(creating).toEqual([{ may: false }]);
      } finally {
        await roles.drop();
      }
    });
  });

  test('is told what they lack, before anything is made', async () => {
    await ownDatabase('', async (own) => {
      const names = roleNames('test_unmade');
      await expect(makeRoles(own.url, names, false)).rejects.toThrow(
        'This one lacks: the attribute CREATEROLE.',
      );
      expect(await own.query(`SELECT 1 FROM pg_roles WHERE rolname LIKE 'test_unmade%'`)).toEqual(
        [],
      );
    });
  });
});

describe.runIf(inject('provider') === 'postgresql')('an installation with roles', () => {
  const ERASE = `SELECT erase_entries(1, '{1}', '{ACTOR}', NULL, NULL, NULL, NULL) AS "count"`;

  test.each(['owner', 'superuser'])(
    'may still erase after the migration to one salt, run by its %s, before roles are made again',
    async (migrator) => {
      const place = await emptyPlace();
      const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-roles-'));
      cpSync(migrationsFolder('postgresql'), folder, { recursive: true });
      const all = committedMigrations(folder).map(({ name }) => name);
      const later = all.slice(all.findIndex((name) => name.endsWith('_one_salt')));
      for (const name of later) rmSync(path.join(folder, name), { recursive: true });
      await migrate(place.url, folder);
      const roles = await madeRoles(place);
      try {
        const url = new URL(place.url);
        if (migrator === 'owner') {
          await place.query(`ALTER ROLE ${roles.owner} PASSWORD 'secret'`);
          Object.assign(url, { username: roles.owner, password: 'secret' });
        }
        expect(await migrate(url.href)).toEqual(later);
        const asApp = queryAt(roles.appUrl);
        expect(await asApp.query(ERASE)).toEqual([{ count: '0' }]);
        const [anybody] = await place.query<{ may: boolean }>(
          `SELECT bool_or(a.grantee = 0) AS may FROM pg_proc p, aclexplode(p.proacl) a WHERE p.proname = 'erase_entries'`,
        );
        expect(anybody).toEqual({ may: false });
        await makeRoles(place.url, roles, false);
        expect(await asApp.query(ERASE)).toEqual([{ count: '0' }]);
        const database = await openDatabase(roles.appUrl);
        await checkGuards(database);
        expect(await checkRoles(database, true)).toBeNull();
        await database.close();
      } finally {
        await roles.drop();
        await place.remove();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
