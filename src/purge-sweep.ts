import type { Database } from './database/database.ts';
import { purgeDue } from './features/organization/purge-organization.ts';
import type { Log } from './http/log.ts';
import { type Clock, MINUTE_MS } from './kernel/clock.ts';
import { openSystemSession } from './ledger/session.ts';
import { startSweep } from './sweep.ts';

/**
 * Purges organizations whose grace has ended, at once and then every minute, until the returned
 * function is called; it resolves when the sweep under way has ended. A failure is logged, and
 * what it left is due at the next sweep.
 */
export function startPurgeSweep(database: Database, clock: Clock, log: Log): () => Promise<void> {
  const session = openSystemSession(database, clock, 'orgtrail purge');
  return startSweep({ log, pauseMs: MINUTE_MS, failed: 'purging failed' }, async () => {
    const purgedCount = await purgeDue(session);
    if (purgedCount > 0) log.info({ purgedCount }, 'purged');
    return false;
  });
}
