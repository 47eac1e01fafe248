import { chmodSync, statSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { migrate } from '../../src/database/migrations.ts';
import { openDatabase } from '../../src/database/open.ts';
import { scalarQuery, sqliteAdapter } from '../../src/database/sqlite-adapter.ts';
import { assertSettings } from '../../src/database/sqlite-settings.ts';
import { UnavailableError } from '../../src/kernel/errors.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { administer } from '../support/postgres-server.ts';

describe.runIf(inject('provider') === 'sqlite')('a SQLite file', () => {
  let fresh: FreshDatabase;
  let file: string;
  beforeEach(async () => {
    fresh = await freshDatabase();
    file = fresh.url.slice('file:'.length);
  });
  afterEach(() => fresh.close());

  test('every connection of Prisma reads back synchronous FULL in WAL, and overwrites what it frees', async () => {
    for (const readOnly of [true, false]) {
      const adapter = await sqliteAdapter(file, readOnly).connect();
      expect(await scalarQuery(adapter)('PRAGMA synchronous')).toBe(2);
      expect(await scalarQuery(adapter)('PRAGMA journal_mode')).toBe('wal');
      expect(await scalarQuery(adapter)('PRAGMA busy_timeout')).toBeGreaterThanOrEqual(5_000);
      expect(await scalarQuery(adapter)('PRAGMA secure_delete')).toBe(1);
      await adapter.dispose();
    }
  });

  test('the reading door’s own connection reads back synchronous FULL in WAL', async () => {
    const [row] = await fresh.database.select<{ synchronous: number }>('PRAGMA synchronous', []);
    expect(row?.synchronous).toBe(2);
    const [mode] = await fresh.database.select<{ journal_mode: string }>('PRAGMA journal_mode', []);
    expect(mode?.journal_mode).toBe('wal');
  });

  test('the writing door keeps its settings after a transaction', async () => {
    const synchronous = await fresh.database.write(
      (transaction) => transaction.$queryRaw`PRAGMA synchronous`,
    );
    expect(Number((synchronous as { synchronous: bigint }[])[0]?.synchronous)).toBe(2);
  });

  test('a connection opened by the bare driver is refused: it is at NORMAL', async () => {
    const bare = new Sqlite(file);
    const query = (sql: string) => bare.pragma(sql.replace('PRAGMA ', ''), { simple: true });
    for (const pragma of ['foreign_keys = ON', 'trusted_schema = OFF', 'secure_delete = ON']) {
      bare.pragma(pragma);
    }
    await expect(assertSettings(query)).rejects.toThrow('SQLite refuses synchronous = FULL');
    bare.close();
  });

  test('is closed to other users of the machine, also when it was open to them', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    await (await openDatabase(fresh.url)).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is made with its folder, open to nobody else', async () => {
    const folder = path.join(path.dirname(file), 'new', 'data');
    await migrate(`file:${folder}/orgtrail.db`);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/orgtrail.db`).mode & 0o777).toBe(0o600);
  });

  test('held by another process for too long is unavailable, and free for writing again after', async () => {
    const holder = new Sqlite(file);
    holder.exec('BEGIN IMMEDIATE');
    const blocked = fresh.database.write((transaction) => transaction.tombstone.count());
    const pulse = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now() - pulse).toBeLessThan(1_000);
    await expect(blocked).rejects.toBeInstanceOf(UnavailableError);
    holder.exec('ROLLBACK');
    holder.close();
    expect(await fresh.database.write((transaction) => transaction.tombstone.count())).toBe(0);
  });

  test('a COMMIT that fails leaves nothing behind, and the next write passes', async () => {
    const adapter = await sqliteAdapter(file, false).connect();
    const first = await adapter.startTransaction();
    const send = (sql: string) => ({ sql, args: [], argTypes: [] });
    await first.executeRaw(send('PRAGMA defer_foreign_keys = ON'));
    await first.executeRaw(
      send(`INSERT INTO "Membership" VALUES ('no-organization', 'no-user', 'OWNER', '2026')`),
    );
    await expect(first.executeRaw(send('COMMIT'))).rejects.toThrow();
    await first.rollback();
    const second = await adapter.startTransaction();
    await second.executeRaw(send('COMMIT'));
    await second.commit();
    await adapter.dispose();
    expect(await fresh.query('SELECT 1 FROM "Membership"')).toEqual([]);
  });
});

describe.runIf(inject('provider') === 'postgresql')('a Postgres database', () => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase();
  });
  afterEach(() => fresh.close());

  test('that acknowledges before it has written is refused, unless told to be unsafe', async () => {
    const name = new URL(fresh.url).pathname.slice(1);
    await administer(inject('postgres').url, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    await expect(openDatabase(fresh.url)).rejects.toThrow('synchronous_commit is off');
    await (await openDatabase(fresh.url, { unsafeDurability: true })).close();
  });

  test('that is not there is unavailable', async () => {
    const nowhere = new URL(fresh.url);
    nowhere.port = '1';
    await expect(openDatabase(nowhere.href)).rejects.toBeInstanceOf(UnavailableError);
  });

  test('keeps its tables in the schema that the URL names', async () => {
    const url = `${fresh.url}?schema=tenant`;
    await migrate(url);
    const database = await openDatabase(url);
    await database.write((transaction) =>
      transaction.user.create({
        data: {
          id: 'usr_1',
          subject: 's',
          email: 'e',
          createdAt: new Date(),
          updatedAt: new Date(),
        },
      }),
    );
    expect(await database.select('SELECT "id" FROM "User"', [])).toEqual([{ id: 'usr_1' }]);
    expect(await database.read.user.count()).toBe(1);
    expect(await fresh.database.read.user.count()).toBe(0);
    await database.close();
  });
});
