import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import { GENTLE, pruneDue } from './features/retention/prune-due.ts';
import type { Log } from './http/log.ts';
import { type Clock, MINUTE_MS } from './kernel/clock.ts';
import { openSystemSession } from './ledger/session.ts';

/** How often logs are looked through for entries that retention lets go. */
const SWEEP_MS = 10 * MINUTE_MS;

/**
 * Removes what retention lets go, at once and then every ten minutes, until the returned function is
 * called; it resolves when the step under way has ended. A run that is cut short goes on with the
 * next sweep, of this process or another. A failure is logged.
 */
export function startRetentionSweep(
  database: Database,
  clock: Clock,
  log: Log,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const session = openSystemSession(database, clock, 'orgtrail retention');
  const sweep = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const runCount = await pruneDue(session, GENTLE, signal);
        if (runCount > 0) log.info({ runCount }, 'pruned');
      } catch (error) {
        log.error({ err: error }, 'pruning failed');
      }
      await sleep(SWEEP_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const ended = sweep();
  return () => {
    stopping.abort();
    return ended;
  };
}
