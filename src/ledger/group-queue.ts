import { UnavailableError } from '../kernel/errors.ts';

/** What a job takes up while it waits. */
export interface Load {
  readonly eventCount: number;
  readonly sizeBytes: number;
}

/** What became of one job of a batch. */
export type Settled<Result> = { readonly result: Result } | { readonly error: unknown };

/** More waits than memory should hold; nothing of this job was begun. */
export class QueueFullError extends UnavailableError {
  constructor() {
    super('Too many events wait to be recorded; try again.', { retryAfterSeconds: 1 });
  }
}

/** What may wait, and what one batch takes; a single job may be larger than a batch. */
export interface QueueLimits {
  readonly waiting: Load;
  readonly batch: Load;
}

/** As many jobs as this are parted, so that there are two batches to take turns. */
const PARTED = 16;

/**
 * Collects jobs and settles them in batches, which are begun in the order in which their jobs came.
 * A batch begins as soon as one before it has returned, with all that came meanwhile: no timer, no
 * idle wait. While `isOverlapping`, a second one begins beside the first when about as much waits as
 * is under way: it is made ready while the first is stored.
 * `settle` answers every job of a batch, in order, and does not throw.
 */
export function groupQueue<Job extends Load, Result>(
  settle: (jobs: readonly Job[]) => Promise<readonly Settled<Result>[]>,
  { waiting: most, batch: largest }: QueueLimits,
  isOverlapping: () => boolean = () => false,
): (job: Job) => Promise<Result> {
  let waiting: Waiting<Job, Result>[] = [];
  const load = { eventCount: 0, sizeBytes: 0 };
  const underWay = new Set<{ readonly eventCount: number }>();
  let isCalled = false;

  const put = (added: Load, sign: 1 | -1): void => {
    load.eventCount += sign * added.eventCount;
    load.sizeBytes += sign * added.sizeBytes;
  };

  function take(): Waiting<Job, Result>[] {
    const isParted = isOverlapping() && underWay.size === 0 && waiting.length >= PARTED;
    const half = isParted ? Math.ceil(waiting.length / 2) : waiting.length;
    const count = Math.min(fitting(waiting, largest), half);
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const { job } of batch) put(job, -1);
    return batch;
  }

  const isDue = (): boolean => {
    if (waiting.length === 0) return false;
    const [first, ...others] = underWay;
    if (!first) return true;
    return isOverlapping() && others.length === 0 && 2 * load.eventCount >= first.eventCount;
  };

  async function run(batch: readonly Waiting<Job, Result>[]): Promise<void> {
    const eventCount = batch.reduce((sum, { job }) => sum + job.eventCount, 0);
    const mark = { eventCount };
    underWay.add(mark);
    answer(batch, await settle(batch.map(({ job }) => job)));
    underWay.delete(mark);
    call();
  }

  /** All that one turn of the event loop brings is in the same batch. */
  function call(): void {
    if (isCalled) return;
    isCalled = true;
    setImmediate(() => {
      isCalled = false;
      while (isDue()) void run(take());
    });
  }

  return (job) => {
    if (waiting.length > 0 && !hasRoom(load, job, most))
      return Promise.reject(new QueueFullError());
    put(job, 1);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ job, resolve, reject });
    call();
    return promise;
  };
}

const hasRoom = (load: Load, more: Load, most: Load): boolean =>
  load.eventCount + more.eventCount <= most.eventCount &&
  load.sizeBytes + more.sizeBytes <= most.sizeBytes;

function answer<Job, Result>(
  batch: readonly Waiting<Job, Result>[],
  settled: readonly Settled<Result>[],
): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const outcome = settled[index] ?? { error: new Error('A job was not answered.') };
    if ('result' in outcome) resolve(outcome.result);
    else reject(outcome.error);
  }
}

interface Waiting<Job, Result> {
  readonly job: Job;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How many of the first jobs make one batch; at least one. */
function fitting<Job extends Load>(waiting: readonly { job: Job }[], largest: Load): number {
  let eventCount = 0;
  let sizeBytes = 0;
  const end = waiting.findIndex(({ job }) => {
    eventCount += job.eventCount;
    sizeBytes += job.sizeBytes;
    return eventCount > largest.eventCount || sizeBytes > largest.sizeBytes;
  });
  return end === -1 ? waiting.length : Math.max(1, end);
}
