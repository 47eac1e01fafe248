import v8 from 'node:v8';

/**
 * Sweeps memory sooner than V8 would: when it has grown by half of what lives, not to four times of
 * it. What streams holds tens of megabytes less, at the same rate (`npm run bench:record -- stream`).
 *
 * Takes nothing for long-lived before it has lived: rows that V8 puts past the nursery at once keep
 * all that they refer to until the whole heap is swept, which pages then cost a tenth of their time
 * (`npm run bench:read`).
 *
 * And keeps what was learnt while nobody asks. V8 would throw code away that was not run for a while,
 * and where it has not swept for 100 seconds, sweep so that what compiled code rests on goes as well:
 * the next thousands of requests took several times as long, until all was compiled anew.
 *
 * The size of the nursery is not here: V8 takes it from its start alone.
 */
export const HEAP_FLAGS = [
  '--heap-growing-percent=50',
  '--no-allocation-site-pretenuring',
  '--no-flush-bytecode',
  '--memory-reducer-gc-count=0',
] as const;

/** Sets the heap of this process so, as early as it can. */
export function keepHeapSmall(): void {
  for (const flag of HEAP_FLAGS) v8.setFlagsFromString(flag);
}
