import type { Database } from '../database/database.ts';
import { SECOND_MS } from '../kernel/clock.ts';
import { inTime } from '../kernel/in-time.ts';

/** Who asks whether the server is ready wants to know soon. */
const READY_MS = 3 * SECOND_MS;
/** How old an answer may be: anyone may ask, as often as they like. */
const KNOWN_MS = SECOND_MS;

/**
 * Resolves when the database answers, and Postgres takes changes. Asks it once for all who wait, and
 * no sooner again than a second after the last answer.
 * @throws UnavailableError it does not, within 3 seconds
 */
export function openReadiness({ ping }: Pick<Database, 'ping'>): () => Promise<void> {
  let known: Promise<void> | null = null;
  let untilMs = 0;
  return () => {
    if (known && performance.now() < untilMs) return known;
    const asked = inTime(ping(), READY_MS);
    const forget = () => {
      untilMs = performance.now() + KNOWN_MS;
    };
    known = asked;
    untilMs = Number.POSITIVE_INFINITY;
    asked.then(forget, forget);
    return asked;
  };
}
