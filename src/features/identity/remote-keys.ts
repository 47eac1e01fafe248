import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/clock.ts';
import { UnauthenticatedError, UnavailableError } from '../../kernel/errors.ts';
import { fetchKeySet } from './fetch-key-set.ts';

/** Keys younger than this are used without asking again, so it is how long a withdrawn key still works. */
export const FRESH_MS = 10 * MINUTE_MS;
/** During an outage, keys up to this age are still used. */
export const STALE_MS = DAY_MS;
/** At least this long between two questions to the key server, whatever tokens arrive. */
export const COOLDOWN_MS = 30 * SECOND_MS;

type KeyGetter = ReturnType<typeof createLocalJWKSet>;

/** What is known of a key server. */
interface Memory {
  readonly url: URL;
  readonly clock: Clock;
  keys: KeyGetter | undefined;
  /** Instants in milliseconds; never is minus infinity. */
  fetchedAt: number;
  askedAt: number;
  /** The last question was not answered. */
  failed: boolean;
  asking: Promise<void> | undefined;
}

/**
 * Finds verification keys in a JWKS (RFC 7517) at `url`. An unknown key id asks again, which is how
 * rotation is followed, at most once per COOLDOWN_MS; an outage is served from the last good answer.
 * The getter throws UnauthenticatedError when there is no such key, UnavailableError when that cannot
 * be known now.
 */
export function remoteKeys(url: URL, clock: Clock): JWTVerifyGetKey {
  const never = Number.NEGATIVE_INFINITY;
  const memory: Memory = {
    ...{ url, clock, keys: undefined, fetchedAt: never, askedAt: never },
    ...{ failed: false, asking: undefined },
  };
  return (header, token) => find(memory, header, token);
}

async function find(memory: Memory, header?: JWSHeaderParameters, token?: FlattenedJWSInput) {
  await refresh(memory);
  const key = await keyIn(memory, header, token);
  if (key !== undefined) return key;
  if (mayAsk(memory)) await ask(memory);
  const newKey = await keyIn(memory, header, token);
  if (newKey !== undefined) return newKey;
  // During an outage the token may be signed by a key that is too new for the cache.
  if (memory.failed) throw unavailable();
  throw new UnauthenticatedError('invalid');
}

async function keyIn(memory: Memory, header?: JWSHeaderParameters, token?: FlattenedJWSInput) {
  if (!isUsable(memory)) throw unavailable();
  try {
    return await memory.keys(header, token);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw error;
  }
}

const isUsable = (memory: Memory): memory is Memory & { keys: KeyGetter } =>
  memory.keys !== undefined && age(memory) <= STALE_MS;

const age = ({ clock, fetchedAt }: Memory): number => clock().getTime() - fetchedAt;

function mayAsk({ clock, askedAt, asking }: Memory): boolean {
  const since = clock().getTime() - askedAt;
  return asking !== undefined || since < 0 || since >= COOLDOWN_MS;
}

async function refresh(memory: Memory): Promise<void> {
  const isFresh = age(memory) >= 0 && age(memory) < FRESH_MS;
  if (isFresh || !mayAsk(memory)) return;
  const asking = ask(memory);
  // In a running outage nobody waits for the key server: the old keys answer at once.
  if (!memory.failed || !isUsable(memory)) await asking;
}

function ask(memory: Memory): Promise<void> {
  memory.asking ??= fetchInto(memory).finally(() => {
    memory.asking = undefined;
  });
  return memory.asking;
}

async function fetchInto(memory: Memory): Promise<void> {
  memory.askedAt = memory.clock().getTime();
  try {
    memory.keys = createLocalJWKSet(await fetchKeySet(memory.url));
    memory.fetchedAt = memory.clock().getTime();
    memory.failed = false;
  } catch {
    // Remembered, not thrown: what to answer depends on the age of the keys at hand.
    memory.failed = true;
  }
}

const unavailable = (): UnavailableError =>
  new UnavailableError('Tokens cannot be verified now: the key server does not answer.', {
    retryAfterSeconds: COOLDOWN_MS / SECOND_MS,
  });
