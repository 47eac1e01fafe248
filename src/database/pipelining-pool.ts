import pg from 'pg';
import { SECOND_MS } from '../kernel/clock.ts';
import { Recently } from '../kernel/recently.ts';
import type { Run } from './cancelling-pool.ts';
import { endOfReading } from './read-until.ts';

/** A connection that many statements travel on, one behind the other. */
interface Lane {
  readonly client: Promise<pg.PoolClient>;
  /** Statements that were not answered yet. */
  waiting: number;
}

/** One that most travel on, so that Postgres finds the next there when it ends one, and one beside it. */
const MOST_LANES = 2;
/** While so few wait on the first lane, others go beside it; once so many do, too. */
const [FEW, FULL] = [2, 32];
/** How long a statement may take on a lane, whatever it does: those behind it wait. */
const SHORT_MS = 25;
/** How long all of one text is asked alone that took longer, and how many texts are known. */
const [ALONE_MS, MOST_LONG] = [5 * SECOND_MS, 1_000];

/**
 * The same pool, whose short statements share a few of its connections, where each is sent without
 * waiting for the answers to those before. Postgres ends there what takes long; that is asked again
 * on a connection of its own, as is all of the same text for some seconds.
 */
export function pipelining(pool: pg.Pool): pg.Pool {
  const mostLanes = Math.min(MOST_LANES, Math.floor(pool.options.max / 2));
  if (mostLanes === 0) return pool;
  const alone: Run = pool.query.bind(pool);
  const endPool: () => Promise<void> = pool.end.bind(pool);
  const lanes = openLanes(pool, mostLanes);
  const long = new Recently<string>(ALONE_MS, MOST_LONG);
  const query: Run = async (statement) => {
    const text = typeof statement === 'string' ? statement : statement.text;
    if (long.has(text, performance.now())) return alone(statement);
    endOfReading()?.throwIfAborted();
    try {
      return await lanes.query(statement);
    } catch (error) {
      if (!isUnfinished(error)) throw error;
      long.add(text, performance.now());
      return alone(statement);
    }
  };
  const end = async () => {
    await lanes.close();
    await endPool();
  };
  return Object.assign(pool, { query, end });
}

/** SQLSTATE query_canceled, and invalid_sql_statement_name: what prepared it was canceled. */
const UNFINISHED: readonly unknown[] = ['57014', '26000'];

const isUnfinished = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && UNFINISHED.includes(error.code);

/** Connections of a pool that are kept, and opened again when they end. */
function openLanes(pool: pg.Pool, most: number) {
  const lanes = new Set<Lane>();
  const open = (): Lane => {
    const lane = { client: pool.connect(), waiting: 0 };
    const leave = () => lanes.delete(lane);
    lanes.add(lane);
    lane.client.then((client) => {
      client.once('end', () => {
        leave();
        client.release(true);
      });
      // Whatever is sent behind it is held to it.
      client.query(`SET statement_timeout = ${SHORT_MS}`).catch(() => client.end());
    }, leave);
    return lane;
  };
  const leastBusy = (): Lane => {
    const [least] = [...lanes].sort((one, other) => one.waiting - other.waiting);
    return least && (least.waiting === 0 || lanes.size === most) ? least : open();
  };
  const next = (): Lane => {
    const [first] = lanes;
    return first && first.waiting >= FEW && first.waiting < FULL ? first : leastBusy();
  };
  return {
    async query(statement: pg.QueryConfig | string): Promise<pg.QueryResult> {
      const lane = next();
      lane.waiting += 1;
      try {
        const client = await lane.client;
        together(client);
        return await client.query(statement);
      } finally {
        lane.waiting -= 1;
      }
    },
    /** Resolves when what is under way was answered. */
    async close(): Promise<void> {
      await Promise.allSettled([...lanes].map(async ({ client }) => (await client).end()));
    },
  };
}

/** What is sent in one turn of the event loop leaves in one write, and wakes Postgres up once. */
function together(client: pg.PoolClient): void {
  const { stream } = (client as unknown as pg.Client).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
