import { AsyncLocalStorage } from 'node:async_hooks';

const ends = new AsyncLocalStorage<AbortSignal | undefined>();

/**
 * Runs `work`; what it reads, however deep and by whichever way, is given up when `end` is aborted:
 * Postgres cancels the statement that runs, and no other is begun, on SQLite neither. Undefined: never.
 */
export const readUntil = <T>(end: AbortSignal | undefined, work: () => T): T => ends.run(end, work);

/** The signal that ends the reading under way; undefined outside of `readUntil`. */
export const endOfReading = (): AbortSignal | undefined => ends.getStore();
