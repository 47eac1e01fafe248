import pg from 'pg';
import type { AuditLog, Ledger, RecordedKey } from '../generated/sqlite/client.ts';
import {
  type Batch,
  type Batches,
  type BatchOutcome,
  type BatchRows,
  columnList,
  type Driven,
  ENTRY_COLUMNS,
  HEAD_COLUMNS,
  KEY_COLUMNS,
  type StandingRow,
} from './batch.ts';
import { arrayOf, type ElementType } from './postgresql-array.ts';
import { columnTypes } from './postgresql-pool.ts';
import { statementName } from './statement-name.ts';
import { asUnavailable, withRetries } from './unavailable.ts';

/** `unnest($1::int4[], $2::text[] …) AS name("a", "b" …)`, from the place `from`. */
const unnested = (name: string, columns: Record<string, string>, from = 1): string => {
  const arrays = Object.values(columns).map((type, index) => `$${from + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) AS ${name}(${columnList(columns)})`;
};

/** NO KEY UPDATE is what an UPDATE of the head takes: the two wait for each other, readers for neither. */
const TAKE_HEADS = `SELECT * FROM "Ledger" WHERE "organizationId" = ANY($1::text[])
ORDER BY "id" FOR NO KEY UPDATE`;

const ASKING_COLUMNS = { actorId: 'text', organizationId: 'text' } as const;
const ASKING = unnested('asking', ASKING_COLUMNS);

const STANDINGS = `SELECT m."userId" AS "actorId", m."organizationId", m."role", o."purgeAt",
  o."membersMayReadAuditLog", NULL::timestamp AS "revokedAt", NULL::timestamp AS "expiresAt"
FROM ${ASKING}
JOIN "Membership" m ON m."userId" = asking."actorId" AND m."organizationId" = asking."organizationId"
JOIN "Organization" o ON o."id" = m."organizationId"
UNION ALL
SELECT k."id", k."organizationId", NULL, o."purgeAt", o."membersMayReadAuditLog", k."revokedAt", k."expiresAt"
FROM ${ASKING}
JOIN "ApiKey" k ON k."id" = asking."actorId" AND k."organizationId" = asking."organizationId"
JOIN "Organization" o ON o."id" = k."organizationId"`;

const ASKED_KEY = { organizationId: 'text', keyHash: 'bytea' } as const;
const KNOWN_KEYS = `SELECT k.* FROM ${unnested('asked', ASKED_KEY)}
JOIN "Ledger" l ON l."organizationId" = asked."organizationId"
JOIN "RecordedKey" k ON k."ledgerId" = l."id" AND k."keyHash" = asked."keyHash"`;

const PLACE = { ledgerId: 'int4', sequence: 'int8' } as const;
const ENTRIES_AT = `SELECT e.* FROM ${unnested('asked', PLACE)}
JOIN "AuditLog" e ON e."ledgerId" = asked."ledgerId" AND e."sequence" = asked."sequence"`;

const inserted = (table: string, columns: Record<string, string>, from: number): string =>
  `INSERT INTO "${table}" (${columnList(columns)}) SELECT * FROM ${unnested('given', columns, from)}`;

const HEAD_COUNT = Object.keys(HEAD_COLUMNS).length;
const ENTRY_COUNT = Object.keys(ENTRY_COLUMNS).length;

const raised = Object.keys(HEAD_COLUMNS)
  .filter((name) => name !== 'id' && !name.endsWith('Before'))
  .map((name) => `"${name}" = given."${name}"`);

const RAISED = `raised AS (UPDATE "Ledger" AS head SET ${raised.join(', ')}
FROM ${unnested('given', HEAD_COLUMNS)}
WHERE head."id" = given."id" AND head."size" = given."sizeBefore" AND head."root" = given."rootBefore"
RETURNING 1)`;
const STORED = `stored AS (${inserted('AuditLog', ENTRY_COLUMNS, HEAD_COUNT + 1)})`;
const REMEMBERED = `remembered AS (${inserted('RecordedKey', KEY_COLUMNS, HEAD_COUNT + ENTRY_COUNT + 1)})`;

/** The division by zero takes everything back when a head is not what it was thought to be. */
const EVERY_HEAD = 'SELECT 1 / (count(*) = cardinality($1))::int FROM raised';

/** Heads and entries in one statement. */
const STORE = `WITH ${RAISED}, ${STORED} ${EVERY_HEAD}`;

/** Heads, entries and keys in one statement. */
const STORE_WITH_KEYS = `WITH ${RAISED}, ${STORED}, ${REMEMBERED} ${EVERY_HEAD}`;

/** One array for each column. */
const arraysOf = <Column extends string>(
  columns: Readonly<Record<Column, ElementType>>,
  rows: readonly { readonly [C in NoInfer<Column>]: unknown }[],
): Buffer[] =>
  (Object.keys(columns) as Column[]).map((column) =>
    arrayOf(
      columns[column],
      rows.map((row) => row[column]),
    ),
  );

/**
 * Batches on connections of `pool`, which pipeline: what need not wait for an answer is sent at
 * once. One connection is kept for rows that are stored if nothing changed, since only what travels
 * on one connection takes effect in turn.
 */
export const batchesOnPostgresql = (pool: pg.Pool): Batches => ({
  run: runsOn(pool),
  storeIfUnchanged: storesOn(pool),
});

function runsOn(pool: pg.Pool): Batches['run'] {
  const attempt = async <T>(work: (batch: Batch) => Promise<BatchOutcome<T>>): Promise<T> => {
    const client = await pool.connect();
    let isClean = false;
    try {
      const result = await transacted(client, work);
      isClean = true;
      return result;
    } finally {
      // After an error nobody knows what is still on its way: the connection goes.
      client.release(!isClean);
    }
  };
  return (work) => withRetries(() => attempt(work));
}

/** A connection that several batches travel on, one behind the other. */
interface Shared {
  readonly client: Promise<pg.PoolClient>;
  useCount: number;
  isClean: boolean;
}

function storesOn(pool: pg.Pool): Batches['storeIfUnchanged'] {
  let shared: Shared | null = null;
  const leave = (own: Shared): void => {
    own.useCount--;
    if (shared === own && (own.useCount === 0 || !own.isClean)) shared = null;
    if (own.useCount > 0) return;
    const release = (client: pg.PoolClient) => client.release(!own.isClean);
    own.client.then(release, () => undefined);
  };
  return async (parts) => {
    shared ??= { client: pool.connect(), useCount: 0, isClean: true };
    const own = shared;
    own.useCount++;
    try {
      await storeParts(await own.client, parts);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      own.isClean = false;
      throw asUnavailable(error);
    } finally {
      leave(own);
    }
  };
}

/** The server itself says that the statement failed, so it stored nothing; it is not about to stop. */
const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.severity === 'ERROR' && !error.code?.startsWith('57');

async function transacted<T>(
  client: pg.PoolClient,
  work: (batch: Batch) => Promise<BatchOutcome<T>>,
): Promise<T> {
  const begun = client.query('BEGIN');
  const [{ store, result }] = await Promise.all([work(batchOn(client)), begun]);
  const stored = storeOn(client, store);
  const [storing, committing] = await Promise.allSettled([stored, client.query('COMMIT')]);
  if (storing.status === 'rejected') throw storing.reason;
  if (committing.status === 'rejected') throw committing.reason;
  if (committing.value.command !== 'COMMIT') throw new Error('A batch was rolled back.');
  return result;
}

async function ask<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const query = { name: statementName(text), text, values: [...values], types: columnTypes };
  return (await client.query<Row>(query)).rows;
}

const batchOn = (client: pg.PoolClient): Batch => ({
  takeHeads: (organizationIds) =>
    ask<Driven<Ledger>>(client, TAKE_HEADS, [arrayOf('text', organizationIds)]),
  standings: (asking) => ask<StandingRow>(client, STANDINGS, arraysOf(ASKING_COLUMNS, asking)),
  knownKeys: (keys) => ask<Driven<RecordedKey>>(client, KNOWN_KEYS, arraysOf(ASKED_KEY, keys)),
  entriesAt: (places) => ask<Driven<AuditLog>>(client, ENTRIES_AT, arraysOf(PLACE, places)),
});

/** One statement, or a transaction of several that are sent as soon as each is ready. */
async function storeParts(
  client: pg.PoolClient,
  parts: readonly (() => BatchRows)[],
): Promise<void> {
  const [only] = parts;
  if (only && parts.length === 1) return storeOn(client, only());
  const sent: Promise<unknown>[] = [];
  const send = (query: Promise<unknown>): void => {
    // Heard at once, told at the end.
    query.catch(() => undefined);
    sent.push(query);
  };
  send(client.query('BEGIN'));
  for (const part of parts) {
    send(storeOn(client, part()));
    await new Promise((resolve) => void setImmediate(resolve));
  }
  send(client.query('COMMIT'));
  await Promise.all(sent);
}

async function storeOn(client: pg.PoolClient, { heads, entries, keys }: BatchRows): Promise<void> {
  if (entries.length === 0) return;
  const values = [...arraysOf(HEAD_COLUMNS, heads), ...arraysOf(ENTRY_COLUMNS, entries)];
  if (keys.length === 0) await ask(client, STORE, values);
  else await ask(client, STORE_WITH_KEYS, [...values, ...arraysOf(KEY_COLUMNS, keys)]);
}
