import type { Database } from './database/database.ts';
import type { Log } from './http/log.ts';
import { type Clock, SECOND_MS } from './kernel/clock.ts';
import { deriveBehind } from './ledger/derivations.ts';
import { openSystemSession } from './ledger/session.ts';
import { startSweep } from './sweep.ts';

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
  const session = openSystemSession(database, clock, 'orgtrail derivations');
  return startSweep({ log, pauseMs: PAUSE_MS, failed: 'deriving from logs failed' }, (stopping) =>
    deriveBehind(session, stopping),
  );
}
