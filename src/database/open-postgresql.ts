import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient as PostgresqlClient } from '../generated/postgresql/client.ts';
import type { PrismaClient } from '../generated/sqlite/client.ts';
import { UnavailableError } from '../kernel/errors.ts';
import { batchesOnPostgresql } from './batch-postgresql.ts';
import { cancelling } from './cancelling-pool.ts';
import type { Database, SqlValue } from './database.ts';
import { postgresqlTarget } from './database-url.ts';
import { openAhead } from './open-ahead.ts';
import { type OpenOptions, TRANSACTION_OPTIONS } from './open-options.ts';
import { pipelining } from './pipelining-pool.ts';
import { assertDurable } from './postgresql-durability.ts';
import { columnTypes, openPool, type PoolOptions } from './postgresql-pool.ts';
import { readingDoor } from './reading-door.ts';
import { openReplica } from './replica.ts';
import { scrubPostgresql } from './scrub.ts';
import { statementName } from './statement-name.ts';
import { asUnavailable, withRetries } from './unavailable.ts';

/**
 * Two connections, one for each way to store a batch. They wait less than a change does: one
 * organization's long turn holds up the batch it is in.
 */
const BATCH_POOL = {
  readOnly: false,
  poolSize: 2,
  lockTimeoutMs: 3_000,
  indexPlansOnly: true,
  pipeline: true,
} as const;

/** Opens a Postgres database: pools that write, two that cannot, and one on the replica if there is one. */
export async function openPostgresql(url: string, options: OpenOptions): Promise<Database> {
  const { poolSize, replicaUrl, unsafeDurability = false, onQuery } = options;
  const writerPool = openPool(url, { readOnly: false, poolSize });
  const batchPool = openPool(url, BATCH_POOL);
  const reading = { poolSize, statementTimeoutMs: options.readTimeoutMs };
  const paging = { ...reading, inIndexOrder: true };
  const readerPool = openReadingPool(url, reading);
  const pagePool = openReadingPool(url, paging);
  const replicaPool = replicaUrl === undefined ? null : openReadingPool(replicaUrl, paging);
  const closePools = async () => {
    const pools = [writerPool, batchPool, readerPool, pagePool, replicaPool];
    await Promise.all(pools.map((pool) => pool?.end()));
  };
  try {
    await Promise.all([assertDurable(writerPool, unsafeDurability), openAhead(pagePool)]);
  } catch (error) {
    await closePools();
    throw asUnavailable(error);
  }
  const writer = clientOn(writerPool, postgresqlTarget(url).schema);
  const reader = clientOn(readerPool, postgresqlTarget(url).schema, onQuery);
  const select = selectOn(pagePool, onQuery);
  return {
    provider: 'postgresql',
    read: readingDoor(reader),
    select,
    replica: replicaPool && openReplica(selectOn(replicaPool, onQuery), options.onReplica),
    write: (work) => withRetries(() => writer.$transaction(work)),
    batches: batchesOnPostgresql(batchPool),
    scrub: () => scrubPostgresql(url),
    ping: async () => {
      await Promise.all([select('SELECT 1', []), assertWritable(selectOn(writerPool))]);
    },
    close: async () => {
      await Promise.all([writer.$disconnect(), reader.$disconnect()]);
      await closePools();
    },
  };
}

const openReadingPool = (url: string, options: Omit<PoolOptions, 'readOnly'>): pg.Pool =>
  pipelining(cancelling(openPool(url, { ...options, readOnly: true, pipeline: true })));

/** @throws UnavailableError the server takes no changes: a standby, or one that was made read-only */
async function assertWritable(select: Database['select']): Promise<void> {
  const [row] = await select<{ readOnly: string }>(
    `SELECT current_setting('transaction_read_only') AS "readOnly"`,
    [],
  );
  if (row?.readOnly !== 'off') throw new UnavailableError('The database takes no changes now.');
}

/** The one cast between the two clients: what compiles against SQLite's runs on both. */
function clientOn(pool: pg.Pool, schema: string, onQuery?: OpenOptions['onQuery']): PrismaClient {
  const adapter = new PrismaPg(pool, {
    schema,
    statementNameGenerator: ({ sql }) => statementName(sql),
  });
  const client = new PostgresqlClient({
    adapter,
    transactionOptions: TRANSACTION_OPTIONS,
    errorFormat: 'minimal',
    log: onQuery ? [{ emit: 'event', level: 'query' }] : [],
  });
  if (onQuery) client.$on('query', ({ query }) => onQuery(query));
  return client as unknown as PrismaClient;
}

const selectOn =
  (pool: pg.Pool, onQuery?: OpenOptions['onQuery']): Database['select'] =>
  async <Row extends object>(text: string, values: readonly SqlValue[]) => {
    onQuery?.(text);
    try {
      const { rows } = await pool.query<Row>({
        name: statementName(text),
        text,
        values: [...values],
        types: columnTypes,
      });
      return rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  };
