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

/**
 * Collects jobs and settles them in batches, in the order in which they came. A batch begins as
 * soon as the one before it has returned, with all that came meanwhile: no timer, no idle wait.
 * `settle` answers every job of a batch, in order, and does not throw.
 */
export function groupQueue<Job extends Load, Result>(
  settle: (jobs: readonly Job[]) => Promise<readonly Settled<Result>[]>,
  { waiting: most, batch: largest }: QueueLimits,
): (job: Job) => Promise<Result> {
  let waiting: Waiting<Job, Result>[] = [];
  const load = { eventCount: 0, sizeBytes: 0 };
  let isRunning = false;

  const put = (added: Load, sign: 1 | -1): void => {
    load.eventCount += sign * added.eventCount;
    load.sizeBytes += sign * added.sizeBytes;
  };

  function take(): Waiting<Job, Result>[] {
    const count = fitting(waiting, largest);
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const { job } of batch) put(job, -1);
    return batch;
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = take();
      answer(batch, await settle(batch.map(({ job }) => job)));
      await turnOfTheLoop();
    }
    isRunning = false;
  }

  return (job) => {
    if (waiting.length > 0 && !hasRoom(load, job, most))
      return Promise.reject(new QueueFullError());
    put(job, 1);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ job, resolve, reject });
    if (!isRunning) {
      isRunning = true;
      void turnOfTheLoop().then(run);
    }
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

/** All that this turn of the event loop brings is in the same batch. */
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

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
