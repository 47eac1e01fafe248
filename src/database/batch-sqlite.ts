import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { AuditLog, Ledger, RecordedKey } from '../generated/sqlite/client.ts';
import {
  type Batch,
  type Batches,
  type BatchRows,
  columnList,
  type Driven,
  ENTRY_COLUMNS,
  type HEAD_COLUMNS,
  KEY_COLUMNS,
  type StandingRow,
} from './batch.ts';
import { plannedOnce } from './planned-once.ts';
import { applySettings } from './sqlite-settings.ts';
import { withRetries } from './unavailable.ts';

const LOCK_DEADLINE_MS = 8_000;
const LOCK_PAUSE_MS = 2;

/** The batches of one file, on a connection of their own. */
export interface SqliteBatches extends Batches {
  close(): void;
}

/** Opens a durable connection that runs nothing but batches, one at a time. */
export async function openBatches(file: string): Promise<SqliteBatches> {
  const connection = new Sqlite(file);
  await applySettings((sql) => connection.pragma(sql.replace(/^PRAGMA /, ''), { simple: true }));
  // SQLite's own wait would block this thread, on which the writer it waits for may be running.
  connection.pragma('busy_timeout = 0');
  // Statements are made at the first batch: the file may have no tables yet.
  let door: Door | undefined;
  const attempt = async <T>(work: (door: Door) => Promise<T>): Promise<T> => {
    await begin(connection);
    try {
      door ??= doorOn(connection);
      const result = await work(door);
      connection.exec('COMMIT');
      return result;
    } finally {
      // Also after a COMMIT that failed, which leaves SQLite inside the dead transaction.
      if (connection.inTransaction) connection.exec('ROLLBACK');
    }
  };
  const inTurn = turns();
  return {
    run: (work) =>
      inTurn(() =>
        withRetries(() =>
          attempt(async (own) => {
            const { store, result } = await work(own);
            own.store(store);
            return result;
          }),
        ),
      ),
    storeIfUnchanged: (parts) =>
      inTurn(() =>
        withRetries(() =>
          attempt(async (own) => {
            for (const part of parts) own.store(part());
            return true;
          }),
        ).catch((error) => {
          if (error instanceof HeadMovedError || isConstraint(error)) return false;
          throw error;
        }),
      ),
    close: () => connection.close(),
  };
}

/** One after another, in the order in which they were asked for. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work);
    last = own.catch(() => undefined);
    return own;
  };
}

/** A log grew from another size than the batch thought. */
class HeadMovedError extends Error {}

const isConstraint = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT');

/** Takes the file's write lock; waits without blocking. */
async function begin(connection: Sqlite.Database): Promise<void> {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  for (;;) {
    try {
      connection.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || Date.now() > deadline) throw error;
      await sleep(LOCK_PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

const inserted = (table: string, columns: object): string =>
  `INSERT INTO "${table}" (${columnList(columns)}) VALUES (${Object.keys(columns).fill('?').join(', ')})`;

/** In the order in which they are bound. */
const RAISED = {
  ...{ size: 0, frontier: 0, root: 0, lastRecordedAtMs: 0 },
  ...{ id: 0, sizeBefore: 0, rootBefore: 0 },
} satisfies Record<keyof typeof HEAD_COLUMNS, 0>;
const RAISE_HEAD = `UPDATE "Ledger" SET "size" = ?, "frontier" = ?, "root" = ?, "lastRecordedAtMs" = ?
WHERE "id" = ? AND "size" = ? AND "root" = ?`;

const MEMBERSHIP = `SELECT m."role", o."purgeAt", o."membersMayReadAuditLog", NULL AS "revokedAt", NULL AS "expiresAt"
FROM "Membership" m JOIN "Organization" o ON o."id" = m."organizationId"
WHERE m."organizationId" = @organizationId AND m."userId" = @actorId`;

const KEY = `SELECT NULL AS "role", o."purgeAt", o."membersMayReadAuditLog", k."revokedAt", k."expiresAt"
FROM "ApiKey" k JOIN "Organization" o ON o."id" = k."organizationId"
WHERE k."organizationId" = @organizationId AND k."id" = @actorId`;

/** What a batch asks, and how its rows are stored. */
interface Door extends Batch {
  store(rows: BatchRows): void;
}

/** The whole transaction runs without a pause: one short statement a row costs less than one long one. */
function doorOn(connection: Sqlite.Database): Door {
  const found = <Asked, Row>(sql: string) => {
    const statement = connection.prepare(plannedOnce(sql));
    return (asked: readonly Asked[]): Row[] =>
      asked.flatMap((one) => (statement.get(one) as Row | undefined) ?? []);
  };
  /** By place: names cost more to bind. */
  const stored = <Column extends string>(
    sql: string,
    columns: Readonly<Record<Column, unknown>>,
  ) => {
    const statement = connection.prepare(sql);
    const names = Object.keys(columns) as Column[];
    return (rows: readonly { readonly [C in NoInfer<Column>]: unknown }[]): void => {
      for (const row of rows) {
        const { changes } = statement.run(names.map((name) => row[name]));
        if (changes !== 1) throw new HeadMovedError();
      }
    };
  };
  const membership = connection.prepare(plannedOnce(`${MEMBERSHIP} UNION ALL ${KEY}`));
  const head = found<{ organizationId: string }, Driven<Ledger>>(
    'SELECT * FROM "Ledger" WHERE "organizationId" = @organizationId',
  );
  const key = found<object, Driven<RecordedKey>>(
    `SELECT k.* FROM "RecordedKey" k JOIN "Ledger" l ON l."id" = k."ledgerId"
    WHERE l."organizationId" = @organizationId AND k."keyHash" = @keyHash`,
  );
  const entry = found<object, Driven<AuditLog>>(
    'SELECT * FROM "AuditLog" WHERE "ledgerId" = @ledgerId AND "sequence" = @sequence',
  );
  const storeEntries = stored(inserted('AuditLog', ENTRY_COLUMNS), ENTRY_COLUMNS);
  const storeKeys = stored(inserted('RecordedKey', KEY_COLUMNS), KEY_COLUMNS);
  const raiseHeads = stored(RAISE_HEAD, RAISED);
  return {
    takeHeads: async (ids) => head(ids.map((organizationId) => ({ organizationId }))),
    standings: async (asking) =>
      asking.flatMap((one) => {
        const row = membership.get(one) as StoredStanding | undefined;
        return row ? [standingOf({ ...one, ...row })] : [];
      }),
    knownKeys: async (keys) => key(keys),
    entriesAt: async (places) => entry(places),
    store: ({ entries, keys, heads }) => {
      raiseHeads(heads);
      storeEntries(entries);
      storeKeys(keys);
    },
  };
}

/** Prisma keeps instants as text, and truth as a number. */
type StoredStanding = Pick<StandingRow, 'role'> &
  Record<'purgeAt' | 'revokedAt' | 'expiresAt', string | null> & {
    readonly membersMayReadAuditLog: number;
  };

const standingOf = (row: StoredStanding & { actorId: string; organizationId: string }) => ({
  ...row,
  membersMayReadAuditLog: row.membersMayReadAuditLog !== 0,
  purgeAt: instant(row.purgeAt),
  revokedAt: instant(row.revokedAt),
  expiresAt: instant(row.expiresAt),
});

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));
