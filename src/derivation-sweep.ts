import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import type { Log } from './http/log.ts';
import { type Clock, SECOND_MS } from './kernel/clock.ts';
import { deriveBehind } from './ledger/derivations.ts';
import { openSystemSession } from './ledger/session.ts';

/** Short, since what waits is counted one by one by whoever reads. */
const PAUSE_MS = SECOND_MS;

/**
 * Takes what was recorded into all that is derived of logs, at once and then every second, until the
 * returned function is called; it resolves when the step under way has ended. Safe beside other
 * processes. A failure is logged.
 */
export function startDerivationSweep(
  database: Database,
  clock: Clock,
  log: Log,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const session = openSystemSession(database, clock, 'orgtrail derivations');
  const sweep = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await deriveBehind(session, signal)) continue;
      } catch (error) {
        log.error({ err: error }, 'deriving from logs failed');
      }
      await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const ended = sweep();
  return () => {
    stopping.abort();
    return ended;
  };
}
