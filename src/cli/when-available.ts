import { setTimeout as pause } from 'node:timers/promises';
import { SECOND_MS } from '../kernel/clock.ts';
import { UnavailableError } from '../kernel/errors.ts';

const ATTEMPTS = 6;

/**
 * Runs `work` again while the database is busy or away, some times, with the pauses it asks for.
 * Give it only work that may happen twice.
 * @throws UnavailableError it did not come back
 */
export async function whenAvailable<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableError) || attempt === ATTEMPTS) throw error;
      await pause(error.retryAfterSeconds * attempt * SECOND_MS);
    }
  }
}
