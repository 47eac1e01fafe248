import type { Batches } from '../database/batch.ts';
import type { Recorded, RecordJob } from './decide-batch.ts';
import type { Settled } from './group-queue.ts';
import { isolating } from './isolate.ts';
import { openKnownLogs } from './known-logs.ts';
import { guessBatch } from './record-ahead.ts';
import { recordBatch } from './record-batch.ts';

/** Settles batches, and says whether more than one of them at a time gains anything. */
export interface BatchSettler {
  readonly settle: (jobs: Jobs) => Promise<Answers>;
  /** Whether what it remembered held for the newest batch, so that another may build on it. */
  readonly isAhead: () => boolean;
}

type Jobs = readonly RecordJob[];
type Answers = readonly Settled<Recorded[]>[];

/**
 * Settles batches that may overlap, as if they came one after another. A batch whose logs this
 * process knows is decided by what it remembers and stored in one journey, while the next is made
 * ready; one that it does not know, or was wrong about, waits for those before it and asks the
 * database, under the locks of its logs.
 */
export function settlesBatches(batches: Batches): BatchSettler {
  const known = openKnownLogs();
  let before: Promise<void> = Promise.resolve();
  let isAhead = false;

  const asked = async (jobs: Jobs): Promise<Answers> => {
    const { answers, learned } = await batches.run((batch) => recordBatch(batch, jobs));
    for (const [organizationId, log] of learned) known.learn(organizationId, log);
    return answers;
  };

  async function settleAfter(others: Promise<void>, jobs: Jobs): Promise<Answers> {
    let guess = guessBatch(known, jobs);
    if (!guess) {
      await others;
      guess = guessBatch(known, jobs);
    }
    isAhead = guess !== null;
    if (guess) {
      if (await batches.storeIfUnchanged(guess.store)) return guess.answers;
      isAhead = false;
      each(jobs, known.distrust);
      await others;
    }
    each(jobs, known.forget);
    return isolating(asked, jobs);
  }

  const settle = (jobs: Jobs): Promise<Answers> => {
    const settled = settleAfter(before, jobs).catch((error: unknown) => {
      each(jobs, known.forget);
      return jobs.map(() => ({ error }));
    });
    before = Promise.all([before, settled]).then(() => undefined);
    return settled;
  };
  return { settle, isAhead: () => isAhead };
}

function each(jobs: Jobs, act: (organizationId: RecordJob['organizationId']) => void): void {
  for (const { organizationId } of jobs) act(organizationId);
}
