import type pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** So many in each window of time, of each key. */
export interface Rate {
  /** As the RateLimit header names it. */
  readonly name: string;
  /** Of what, for people. */
  readonly what: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What one key has left of a rate, this time counted in. */
export interface Counted {
  readonly rate: Rate;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetSeconds: number;
  readonly isOver: boolean;
}

/** Counts a key once. */
export type Counter = (key: string) => Promise<Counted>;

/** A counter in this process's memory; keys go with their window. */
export function ownCounter(rate: Rate): Counter {
  const limiter = new RateLimiterMemory({ points: rate.limit, duration: rate.windowSeconds });
  return (key) => counted(rate, limiter, key);
}

/** So long after an outage is the database left alone. */
const PAUSE_MS = 5_000;

/**
 * A counter that all processes on a Postgres share. While the database does not answer, each counts
 * for itself: a limit that cannot be looked up neither opens nor closes the door.
 */
export function sharedCounter(
  rate: Rate,
  pool: pg.Pool,
  onOutage: (error: unknown) => void,
): Counter {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    tableName: 'RateCount',
    tableCreated: true,
    keyPrefix: rate.name,
    points: rate.limit,
    duration: rate.windowSeconds,
    // Who is over the limit costs no further statement.
    inMemoryBlockOnConsumed: rate.limit,
  });
  const own = ownCounter(rate);
  let pausedUntil = 0;
  return async (key) => {
    if (performance.now() < pausedUntil) return own(key);
    try {
      return await counted(rate, limiter, key);
    } catch (error) {
      pausedUntil = performance.now() + PAUSE_MS;
      onOutage(error);
      return own(key);
    }
  };
}

type Limiter = Pick<RateLimiterMemory, 'consume'>;

/** The library throws its result where the limit is passed. */
async function counted(rate: Rate, limiter: Limiter, key: string): Promise<Counted> {
  try {
    return asCounted(rate, await limiter.consume(key), false);
  } catch (error) {
    if (error instanceof RateLimiterRes) return asCounted(rate, error, true);
    throw error;
  }
}

const asCounted = (
  rate: Rate,
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  isOver: boolean,
) => ({
  rate,
  remaining: remainingPoints,
  resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  isOver,
});
