import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  committedMigrations,
  migrationsFolder,
  presentModels,
} from '../../src/database/committed-migrations.ts';
import { guardsOf } from '../../src/database/guard-sql.ts';
import { migrate, pendingMigrations, schemaDrift } from '../../src/database/migrations.ts';
import { nextMigrationSql, snapshotFile } from '../../src/database/next-migration.ts';
import { PRUNE_FUNCTIONS } from '../../src/database/prune-functions.ts';
import { emptyPlace, type Place } from '../support/database.ts';

const provider = inject('provider');
const all = committedMigrations(migrationsFolder(provider)).map(({ name }) => name);

describe('migrating', () => {
  let place: Place;
  let folder: string;
  beforeEach(async () => {
    place = await emptyPlace();
    folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-migrations-'));
    cpSync(migrationsFolder(provider), folder, { recursive: true });
  });
  afterEach(async () => {
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('an empty database lacks every migration; a migrated one lacks none', async () => {
    expect(await pendingMigrations(place.url)).toEqual(all);
    expect(await migrate(place.url)).toEqual(all);
    expect(await pendingMigrations(place.url)).toEqual([]);
  });

  test('a migrated database is as the models say', async () => {
    await migrate(place.url);
    expect(await schemaDrift(place.url)).toBe('');
  });

  test('a column that the models do not have shows as a difference', async () => {
    await migrate(place.url);
    await place.query('ALTER TABLE "Tombstone" ADD COLUMN "surplus" INTEGER');
    expect(await schemaDrift(place.url)).toMatch(/Tombstone|surplus/);
  });

  test('migrating twice applies once', async () => {
    await migrate(place.url);
    expect(await migrate(place.url)).toEqual([]);
    const rows = await place.query('SELECT migration_name FROM _prisma_migrations');
    expect(rows).toHaveLength(all.length);
  });

  test('three at once apply each migration once', async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrate(place.url)));
    expect(results.flat()).toEqual(all);
    const rows = await place.query('SELECT migration_name FROM _prisma_migrations');
    expect(rows).toHaveLength(all.length);
  });

  test('a migration that was edited after it was applied is refused by name', async () => {
    await migrate(place.url, folder);
    const script = path.join(folder, all[0] ?? '', 'migration.sql');
    writeFileSync(script, `${readFileSync(script, 'utf8')}\n-- edited`);
    const refusal = new RegExp(`${all[0]} was edited after it was applied`);
    await expect(migrate(place.url, folder)).rejects.toThrow(refusal);
    await expect(pendingMigrations(place.url, folder)).rejects.toThrow(refusal);
  });

  test('a database newer than the program is refused by the name of its migration', async () => {
    await migrate(place.url, folder);
    const last = all.at(-1) ?? '';
    rmSync(path.join(folder, last), { recursive: true });
    await expect(migrate(place.url, folder)).rejects.toThrow(
      `newer than this program: it has the migration ${last}`,
    );
  });

  test('a migration that fails changes nothing, and is tried again once mended', async () => {
    const broken = path.join(folder, '29990101000000_broken');
    mkdirSync(broken);
    const script = path.join(broken, 'migration.sql');
    writeFileSync(script, 'CREATE TABLE "Half" ("a" INTEGER);\nINSERT INTO "Nowhere" VALUES (1);');
    await expect(migrate(place.url, folder)).rejects.toThrow(/nowhere/i);
    await expect(place.query('SELECT * FROM "Half"')).rejects.toThrow(/Half/);
    writeFileSync(script, 'CREATE TABLE "Half" ("a" INTEGER);');
    expect(await migrate(place.url, folder)).toEqual(['29990101000000_broken']);
  });

  test('an entry from before there was one salt stays word for word, and its table keeps every index', async () => {
    const first = all.findIndex((name) => name.endsWith('_one_salt'));
    for (const name of all.slice(first)) rmSync(path.join(folder, name), { recursive: true });
    await migrate(place.url, folder);
    const bytes = provider === 'sqlite' ? `x'${'ab'.repeat(16)}'` : `'\\x${'ab'.repeat(16)}'`;
    await place.query(
      `INSERT INTO "AuditLog" ("ledgerId", "sequence", "id", "scope", "action", "outcome", "origin",
        "actorType", "createdAtMs", "recordedAtMs", "email", "changes", "metadata", "actorSalt",
        "contentSalt", "actorCommitment", "contentCommitment", "leafHash")
      VALUES (1, 7, ${bytes}, 'COST', 'a.b', 'SUCCESS', 'SERVER', 'USER', 1, 2, 'ada@example.com',
        '[1]', '{}', ${bytes}, ${bytes}, ${bytes}, ${bytes}, ${bytes})`,
    );
    const rows = () => place.query<Record<string, unknown>>('SELECT * FROM "AuditLog"');
    const indexes = () =>
      place.query(
        provider === 'sqlite'
          ? `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'AuditLog' AND name NOT LIKE '%id%key' AND name <> 'AuditLog_by_stored_id' ORDER BY name`
          : `SELECT indexname, split_part(indexdef, ' WITH (fillfactor', 1) FROM pg_indexes WHERE tablename = 'AuditLog' AND indexname NOT IN ('AuditLog_id_key', 'AuditLog_by_stored_id') ORDER BY indexname`,
      );
    const [row] = await rows();
    const had = await indexes();
    expect(had.length).toBeGreaterThan(7);
    expect(await migrate(place.url)).toEqual(all.slice(first));
    expect(await rows()).toEqual([{ ...row, salt: null }]);
    expect(await indexes()).toEqual(had);
  });

  test('a migration whose process died halfway is refused by name', async () => {
    await migrate(place.url);
    await place.query(
      'UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1',
      [all[0]],
    );
    await expect(migrate(place.url)).rejects.toThrow(`${all[0]} began and never finished`);
  });
});

test('the snapshot of the models is the present models, so no migration is due', async () => {
  expect(readFileSync(snapshotFile(provider), 'utf8')).toBe(presentModels(provider));
  expect(await nextMigrationSql(provider)).toBe('');
});

test('the committed migrations set up every guard word for word', () => {
  const sql = committedMigrations(migrationsFolder(provider))
    .map((migration) => migration.sql)
    .join('\n');
  for (const guard of guardsOf(provider)) expect(sql).toContain(`${guard.sql};`);
  const functions = provider === 'sqlite' ? [] : PRUNE_FUNCTIONS;
  for (const [, , , , body] of functions) expect(sql).toContain(`$$${body}$$`);
});
