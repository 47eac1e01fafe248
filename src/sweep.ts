import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './http/log.ts';

/** How rounds of a sweep follow each other, and what the log says of one that failed. */
export interface SweepRules {
  readonly log: Log;
  readonly pauseMs: number;
  readonly failed: string;
}

/**
 * Does `round` at once and then again after each pause, or without one when it says that there is
 * more, until the returned function is called; it resolves when the round under way has ended.
 * A failure is logged, and what it left is for the next round.
 */
export function startSweep(
  { log, pauseMs, failed }: SweepRules,
  round: (stopping: AbortSignal) => Promise<boolean>,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const sweep = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await round(signal)) continue;
      } catch (error) {
        log.error({ err: error }, failed);
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const ended = sweep();
  return () => {
    stopping.abort();
    return ended;
  };
}
