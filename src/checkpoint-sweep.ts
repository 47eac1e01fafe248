import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database/database.ts';
import { mendTiles } from './features/checkpoint/mend-tiles.ts';
import type { Signer } from './features/checkpoint/signer.ts';
import { checkKept, type Swept, signChanged } from './features/checkpoint/sweep-checkpoints.ts';
import type { Log } from './http/log.ts';
import { type Clock, SECOND_MS } from './kernel/clock.ts';
import { openSystemSession } from './ledger/session.ts';

/** Short enough for a checkpoint within a minute of every change. */
const PAUSE_MS = 20 * SECOND_MS;

/**
 * Compares every log with what was signed of it, at once, and then signs what changed, every 20
 * seconds, until the returned function is called; it resolves when the sweep under way has ended.
 * Tiles that were seen to be wrong are made anew. A log that forked is told of once; it is signed
 * again when an operator has acknowledged that.
 */
export function startCheckpointSweep(
  database: Database,
  clock: Clock,
  log: Log,
  signer: Signer,
): () => Promise<void> {
  const stopping = new AbortController();
  const session = openSystemSession(database, clock, 'orgtrail checkpoints');
  const told = new Set<string>();
  const tell = ({ forked }: Swept): void => {
    for (const [organizationId, finding] of forked) {
      if (!told.has(organizationId)) log.error({ organizationId, code: 'LOG_FORKED' }, finding);
      told.add(organizationId);
    }
  };
  const mend = async (): Promise<void> => {
    for (const mended of await mendTiles(session, stopping.signal)) {
      log.warn(mended, 'a stored tile was wrong: the tiles were made anew from the leaves');
    }
  };
  const sweep = async (): Promise<void> => {
    for (let work = checkKept; !stopping.signal.aborted; work = signChanged) {
      try {
        tell(await work(session, signer, stopping.signal));
        await mend();
      } catch (error) {
        log.error({ err: error }, 'signing checkpoints failed');
      }
      if (work === checkKept) continue;
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  const ended = sweep();
  return () => {
    stopping.abort();
    return ended;
  };
}
