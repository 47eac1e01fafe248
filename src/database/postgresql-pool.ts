import pg from 'pg';
import { postgresqlTarget } from './database-url.ts';
import { forgetOldest } from './prepared-statements.ts';
import { ReadingClient } from './reading-client.ts';

export interface PoolOptions {
  readonly readOnly: boolean;
  readonly poolSize: number | undefined;
  /** How long one statement may run; 0 is for ever. 10 seconds when not given. */
  readonly statementTimeoutMs?: number | undefined;
  /** How long one statement may wait for a row that another holds. 8 seconds when not given. */
  readonly lockTimeoutMs?: number;
  /**
   * Finds rows by index alone. A statement prepared while a table was empty keeps the plan that was
   * best then, a scan of the whole table for every row asked for, until statistics are next taken.
   */
  readonly indexPlansOnly?: boolean;
  /** How long to wait for a connection, and for an answer, whatever the network does. */
  readonly answerTimeoutMs?: number;
  /** Reads in the order of an index wherever one has the order that is asked for. */
  readonly inIndexOrder?: boolean;
  /** Sends statements without waiting for the answers to those before. */
  readonly pipeline?: boolean;
}

const INT8 = 20;
const TIMESTAMP = 1114;

/**
 * How `select` reads columns: 8-byte integers as number, since nothing stored passes 2^53,
 * and timestamps, which are stored without a zone, as the UTC they mean.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number;
    if (oid === TIMESTAMP) return (text: string) => new Date(`${text}Z`);
    return pg.types.getTypeParser(oid, format);
  },
};

/** Over the server's own time-out, so that this one only ends what the server does not answer. */
const SILENCE_MS = 1_000;

const INDEX_PLANS_ONLY = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * What reading connections are told, for a plan that was made once: no table is read whole, and
 * no page is sorted out of what another index gives. Nothing that is read is long enough to
 * compile or to share out.
 */
const READING_PLANS =
  '-c enable_seqscan=off -c enable_incremental_sort=off -c max_parallel_workers_per_gather=0 -c jit=off';

/**
 * What connections are told that read pages: each is read in the order of its index, and only what
 * was found is sorted. A plan made once, for values that are not known, would rather take another
 * index and sort all that it gives, be it the whole log. With that no plan made for the values is
 * better than the one that is kept, and making one takes as long as the page.
 */
export const PAGE_PLANS = `${READING_PLANS} -c enable_sort=off -c plan_cache_mode=force_generic_plan`;

/** A pool of connections with every time-out set: pg's own defaults wait for ever. */
export function openPool(url: string, options: PoolOptions): pg.Pool {
  const { readOnly, poolSize, statementTimeoutMs = 10_000, lockTimeoutMs = 8_000 } = options;
  const { connectionString, schema, settings } = postgresqlTarget(url);
  const pool = new pg.Pool({
    ...(readOnly && { Client: ReadingClient }),
    connectionString,
    application_name: 'orgtrail',
    options: [
      settings,
      `-c search_path=${schema}`,
      readOnly ? '-c default_transaction_read_only=on' : '',
      readOnly && (options.inIndexOrder ? PAGE_PLANS : READING_PLANS),
      options.indexPlansOnly && INDEX_PLANS_ONLY,
    ]
      .filter(Boolean)
      .join(' '),
    max: poolSize ?? 10,
    connectionTimeoutMillis: options.answerTimeoutMs ?? 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    statement_timeout: statementTimeoutMs,
    query_timeout:
      options.answerTimeoutMs ?? (statementTimeoutMs && statementTimeoutMs + SILENCE_MS),
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 15_000,
  });
  // A server that dies says so to its connections, idle or not; unheard, that would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    endWhenSilent(client as pg.PoolClient & pg.Client);
    forgetOldest(client as pg.PoolClient & pg.Client);
  });
  return pool;
}

/**
 * Ends a connection on which a query was not answered, as behind a network that swallows everything.
 * pg only gives the query up, and Prisma hands the connection back, where the next waits as long.
 */
function endWhenSilent(client: pg.PoolClient & pg.Client): void {
  const send: (...query: unknown[]) => Promise<unknown> | undefined = client.query.bind(client);
  const query = (...words: unknown[]) => {
    const answer = send(...words);
    answer?.catch((error: unknown) => {
      if (error instanceof Error && error.message === 'Query read timeout') void client.end();
    });
    return answer;
  };
  Object.assign(client, { query });
}
