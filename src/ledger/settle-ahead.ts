import type { Batches, BatchRows } from '../database/batch.ts';
import type { Recorded, RecordJob } from './decide-batch.ts';
import type { Settled } from './group-queue.ts';
import type { KnownLogs } from './known-logs.ts';
import { type Guess, guessBatch } from './record-ahead.ts';

type Jobs = readonly RecordJob[];
type Answers = readonly Settled<Recorded[]>[];

/** A part of a batch could not be decided by what is remembered, though those before it could. */
class GuessEndedError extends Error {}

/**
 * Settles a batch by what is remembered; null, and nothing stored, when too little is, or what is
 * has changed. Calls `onDecided` when the next batch may be decided on top of it.
 */
export async function settleAhead(
  batches: Batches,
  known: KnownLogs,
  jobs: Jobs,
  onDecided: () => void,
): Promise<Answers | null> {
  const parts = partsOf(jobs);
  const first = guessBatch(known, parts[0] ?? []);
  if (!first) return null;
  const guesses = [first];
  const rowsOf = (index: number): BatchRows => {
    const guess = guesses[index] ?? guessBatch(known, parts[index] ?? []);
    if (!guess) throw new GuessEndedError();
    guesses[index] = guess;
    if (index === parts.length - 1) onDecided();
    return guess.store;
  };
  try {
    const isStored = await batches.storeIfUnchanged(parts.map((_, index) => () => rowsOf(index)));
    if (isStored) return answersOf(guesses);
  } catch (error) {
    if (error instanceof GuessEndedError) return null;
    throw error;
  }
  for (const { organizationId } of jobs) known.distrust(organizationId);
  return null;
}

/** Events that are decided in one go, where a single caller brings twice as many or more. */
const PART = 250;

/** One caller's many events in parts, so that the first is stored while the others are made ready. */
function partsOf(jobs: Jobs): readonly Jobs[] {
  const [only, ...others] = jobs;
  if (!only || others.length > 0 || only.proposals.length < 2 * PART) return [jobs];
  const { proposals } = only;
  return Array.from({ length: Math.ceil(proposals.length / PART) }, (_, index) => [
    { ...only, proposals: proposals.slice(index * PART, (index + 1) * PART) },
  ]);
}

/** The answers of all parts, where there are several, as those of their one caller. */
function answersOf(guesses: readonly Guess[]): Answers {
  const [first, ...others] = guesses;
  if (!first || others.length === 0) return first?.answers ?? [];
  const result = guesses.flatMap(({ answers: [answer] }) =>
    answer && 'result' in answer ? answer.result : [],
  );
  return [{ result }];
}
