import { setImmediate as afterOthers } from 'node:timers/promises';

/** How long statements may follow each other while nothing else of the process runs. */
const LONGEST_MS = 25;

/** When the first statement began since the process last did anything else. */
let begunAtMs: number | null = null;

/**
 * Undefined, unless statements of SQLite, which run on the process's own thread, have kept it for
 * 25 ms: then a promise that resolves after others had their turn, and time-outs that are over were told.
 */
export function othersTurn(): Promise<void> | undefined {
  const now = performance.now();
  if (begunAtMs !== null)
    return now - begunAtMs > LONGEST_MS ? afterOthers().then(othersTurn) : undefined;
  begunAtMs = now;
  setImmediate(() => {
    begunAtMs = null;
  });
  return undefined;
}
