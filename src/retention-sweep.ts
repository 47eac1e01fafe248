import type { Database } from './database/database.ts';
import { GENTLE, pruneDue } from './features/retention/prune-due.ts';
import type { Log } from './http/log.ts';
import { type Clock, MINUTE_MS } from './kernel/clock.ts';
import { openSystemSession } from './ledger/session.ts';
import { startSweep } from './sweep.ts';

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
  const session = openSystemSession(database, clock, 'orgtrail retention');
  return startSweep({ log, pauseMs: SWEEP_MS, failed: 'pruning failed' }, async (stopping) => {
    const runCount = await pruneDue(session, GENTLE, stopping);
    if (runCount > 0) log.info({ runCount }, 'pruned');
    return false;
  });
}
