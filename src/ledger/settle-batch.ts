import type { Batches } from '../database/batch.ts';
import { type Recorded, type RecordJob, type SealedJob, sealedJobs } from './decide-batch.ts';
import type { Settled } from './group-queue.ts';
import { isolating } from './isolate.ts';
import { openKnownLogs } from './known-logs.ts';
import { recordBatch } from './record-batch.ts';
import { settleAhead } from './settle-ahead.ts';

type Jobs = readonly RecordJob[];
type Answers = readonly Settled<Recorded[]>[];

/** Settles batches, and says whether more than one of them at a time gains anything. */
export interface BatchSettler {
  readonly settle: (jobs: Jobs) => Promise<Answers>;
  /** Whether what it remembered held for the newest batch, so that another may build on it. */
  readonly isAhead: () => boolean;
}

/**
 * Settles batches that may overlap, as if they came one after another. A batch whose logs this
 * process knows is decided by what it remembers and stored in one journey, while the next is made
 * ready; one that it does not know, or was wrong about, waits for those before it and asks the
 * database, under the locks of its logs.
 */
export function settlesBatches(batches: Batches): BatchSettler {
  const known = openKnownLogs();
  let before: Promise<unknown> = Promise.resolve();
  /** Resolves when the newest batch is decided, though it may not be stored. */
  let decided: Promise<void> = Promise.resolve();
  let isAhead = false;

  const asked = async (jobs: readonly SealedJob[]): Promise<Answers> => {
    const { answers, learned } = await batches.run((batch) => recordBatch(batch, jobs));
    for (const [organizationId, log] of learned) known.learn(organizationId, log);
    return answers;
  };

  async function settleAfter(
    others: Promise<unknown>,
    jobs: Jobs,
    onDecided: () => void,
  ): Promise<Answers> {
    isAhead = jobs.every(({ organizationId }) => known.get(organizationId));
    const ahead = await settleAhead(batches, known, jobs, onDecided);
    if (ahead) return ahead;
    isAhead = false;
    await others;
    // Whoever was before it may have taught what was missing.
    const late = await settleAhead(batches, known, jobs, onDecided);
    isAhead = late !== null;
    if (late) return late;
    for (const { organizationId } of jobs) known.forget(organizationId);
    return isolating(asked, sealedJobs(jobs));
  }

  async function settleInTurn(others: Promise<unknown>, jobs: Jobs): Promise<Answers> {
    const turn = decided;
    const { promise, resolve } = Promise.withResolvers<void>();
    decided = promise;
    await turn;
    try {
      return await settleAfter(others, jobs, resolve);
    } catch (error) {
      for (const { organizationId } of jobs) known.forget(organizationId);
      return jobs.map(() => ({ error }));
    } finally {
      resolve();
    }
  }

  const settle = (jobs: Jobs): Promise<Answers> => {
    const settled = settleInTurn(before, jobs);
    before = Promise.all([before, settled]).then(() => undefined);
    return settled;
  };
  return { settle, isAhead: () => isAhead };
}
