import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, UnavailableError } from '../kernel/errors.ts';

/** Two writers met; the transaction is rolled back and may run again. SQLite's names, SQLSTATE, Prisma's. */
const CONFLICT = /^(P2034|40001|40P01|SQLITE_BUSY\w*|UNKNOWN_SQLITE_ERROR_(261|517|773))$/;

/** The database is gone, full, read-only, cut off or out of time: Prisma's codes, SQLSTATE, SQLite's, sockets'. */
const UNAVAILABLE =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|P2037|08\w{3}|53\w{3}|57\w{3}|55P03|25P03|25006|SQLITE_(FULL|READONLY\w*|IOERR\w*|CANTOPEN\w*|LOCKED\w*)|ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/;

/** What `pg` says without a code. */
const UNAVAILABLE_MESSAGE =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

const ATTEMPTS = 6;
const PAUSE_MS = 10;

/**
 * Runs `attempt` until it meets no conflict, a few times at most, with growing random pauses.
 * @throws UnavailableError conflicts do not end, or the database does not answer; `cause` tells
 */
export async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (number === ATTEMPTS || !matches(error, CONFLICT)) throw asUnavailable(error);
      await sleep(PAUSE_MS * 2 ** number * Math.random());
    }
  }
}

/** An UnavailableError with `error` as its cause, when the database is busy or gone; else `error`. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const unavailable =
    matches(error, CONFLICT) ||
    matches(error, UNAVAILABLE) ||
    UNAVAILABLE_MESSAGE.test(error.message);
  return unavailable
    ? new UnavailableError('The database is busy or out of reach; try again.', { cause: error })
    : error;
}

/** Whether a wait for another transaction's row took too long; the rest of the database may be well. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof UnavailableError && matches(error.cause, /^55P03$/);

const matches = (error: unknown, codes: RegExp): boolean =>
  codesOf(error).some((code) => codes.test(code));

/** The codes of an error from a driver, or of the driver's error that Prisma wrapped. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code, meta, cause } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: unknown };
    cause?: { code?: unknown; originalCode?: unknown };
  };
  const own = [code, cause?.code, cause?.originalCode].filter((value) => typeof value === 'string');
  return [...own, ...codesOf(meta?.driverAdapterError)];
}
