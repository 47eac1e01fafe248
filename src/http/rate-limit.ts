import type pg from 'pg';
import { openPool } from '../database/postgresql-pool.ts';
import { RateLimitedError, UnauthenticatedError } from '../kernel/errors.ts';
import type { SignIn } from '../rest/sign-in.ts';
import type { Answer } from './answer.ts';
import { networkOf } from './client-ip.ts';
import type { Exchange } from './exchange.ts';
import type { Log } from './log.ts';
import {
  type Counted,
  type Counter,
  ownCounter,
  type Rate,
  sharedCounter,
} from './rate-counter.ts';

/** How much is allowed in a window of time. */
export interface RateLimits {
  /** Requests of one API key, or one person. */
  readonly perCaller: number;
  /** Requests from one address, whoever sends them. */
  readonly perAddress: number;
  /** Requests from one address that no valid token came with. */
  readonly failedSignIns: number;
  readonly windowSeconds: number;
  /** Whether several processes count callers and failures together, on Postgres. */
  readonly isShared: boolean;
}

/** Keeps callers and addresses to their rates, at every door. */
export interface RateLimiter {
  /** Counts a request before anything is done for it. @throws RateLimitedError */
  arrived(exchange: Exchange): Promise<void>;
  /**
   * The same sign-in, counted: callers by who they are, and failures by where they come from. Past
   * their limit failures are all told the same; a valid token is heard even then, so that nobody
   * can lock out others at the same address.
   */
  counting(signIn: SignIn): SignIn;
  close(): Promise<void>;
}

const UNLIMITED: RateLimiter = {
  arrived: async () => undefined,
  counting: (signIn) => signIn,
  close: async () => undefined,
};

/** Asked by machines that would take a refusal for a failure. */
const PROBES = new Set(['/health', '/ready']);

/** A rate limiter by the configuration; null limits nobody. */
export function openRateLimiter(
  limits: RateLimits | null,
  databaseUrl: string,
  log: Log,
): RateLimiter {
  if (limits === null) return UNLIMITED;
  const pool = limits.isShared ? openPool(databaseUrl, COUNTING_POOL) : null;
  const counter = counterOn(pool, log);
  const { windowSeconds } = limits;
  // What protects a process is counted by the process: a flood does not reach the database.
  const address = ownCounter({
    ...{ name: 'address', what: 'requests from one address', limit: limits.perAddress },
    windowSeconds,
  });
  const caller = counter({
    ...{ name: 'caller', what: 'requests of one caller', limit: limits.perCaller },
    windowSeconds,
  });
  const failure = counter({
    ...{ name: 'failed-sign-in', what: 'failed sign-ins from one address' },
    ...{ limit: limits.failedSignIns, windowSeconds },
  });
  return {
    arrived: async (exchange) => {
      if (!PROBES.has(exchange.url.pathname)) await take(exchange, address, placeOf(exchange));
    },
    counting: (signIn) => async (exchange) => {
      const session = await signIn(exchange).catch(async (error) => {
        if (error instanceof UnauthenticatedError) await take(exchange, failure, placeOf(exchange));
        throw error;
      });
      await take(exchange, caller, session.actor.id ?? placeOf(exchange));
      return session;
    },
    close: async () => pool?.end(),
  };
}

/** Small and impatient: a request waits for its count. */
const COUNTING_POOL = {
  readOnly: false,
  poolSize: 4,
  statementTimeoutMs: 1_000,
  lockTimeoutMs: 1_000,
  answerTimeoutMs: 1_000,
} as const;

const counterOn =
  (pool: pg.Pool | null, log: Log) =>
  (rate: Rate): Counter =>
    pool === null
      ? ownCounter(rate)
      : sharedCounter(rate, pool, (error) =>
          log.warn({ err: error, rate: rate.name }, 'rates are counted by this process alone'),
        );

const placeOf = ({ ip }: Exchange): string => (ip === null ? 'unknown' : networkOf(ip));

async function take(exchange: Exchange, counter: Counter, key: string): Promise<void> {
  const counted = await counter(key);
  exchange.counted.push(counted);
  if (!counted.isOver) return;
  const { rate, resetSeconds } = counted;
  throw new RateLimitedError(
    `At most ${rate.limit} ${rate.what} in ${rate.windowSeconds} seconds: try again in ${resetSeconds}.`,
    resetSeconds,
  );
}

/** Tells a client what it has left (IETF draft "RateLimit header fields for HTTP"). */
export function setRateLimitHeaders(headers: Answer['headers'], counted: readonly Counted[]): void {
  if (counted.length === 0) return;
  headers.set(
    'ratelimit-policy',
    counted.map(({ rate }) => `"${rate.name}";q=${rate.limit};w=${rate.windowSeconds}`).join(', '),
  );
  headers.set(
    'ratelimit',
    counted
      .map(({ rate, remaining, resetSeconds }) => `"${rate.name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  );
}
