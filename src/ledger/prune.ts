import type { Transaction } from '../database/database.ts';
import { pruneEntries } from '../database/prune-entries.ts';
import type { RetentionRun } from '../generated/sqlite/client.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { append } from './append.ts';
import type { ServerEvent } from './catalogue.ts';
import { changingEntries } from './derivations.ts';
import { draftOf } from './entry.ts';
import { type LedgerHead, takeTurn } from './head.ts';
import { type Session, WRITE } from './session.ts';

/** A run that is to begin. */
export interface RunPlan {
  /** Entries stored at or after this instant are none of the run's. */
  readonly cutoffMs: number;
  readonly dueCount: number;
  /** Before which instant of recording entries go, by scope, as the entry tells it. */
  readonly cutoffs: Readonly<Record<string, string>>;
}

/**
 * Opens a run of retention over a log and records it, before any entry goes. Nothing happens when
 * one is open already.
 */
export const openRun = (
  session: Session,
  organizationId: OrganizationId,
  { cutoffMs, dueCount, cutoffs }: RunPlan,
): Promise<void> =>
  session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    if (!head || (await openRunOf(transaction, head.id))) return;
    const startedAt = session.clock();
    const { id } = await transaction.retentionRun.create({
      data: {
        ...{ ledgerId: head.id, openFor: head.id, cutoffMs: BigInt(cutoffMs), heededHolds: '' },
        ...{ lookedAtSequence: head.firstKeptSequence - 1n, prunedCount: 0n, startedAt },
        dueCount: BigInt(dueCount),
      },
    });
    await tell(transaction, session, head, {
      action: 'auditLog.pruningStarted',
      resourceUID: String(id),
      metadata: { cutoffs: { ...cutoffs }, dueCount },
    });
  });

/** What a step of a run takes, and how far it has looked. */
export interface PruneStep {
  /** At most 1,000, ascending. */
  readonly sequences: readonly number[];
  readonly lookedAtSequence: number;
  /** Ids of every legal hold that stands, sorted: none of the sequences is under one. */
  readonly heededHolds: readonly string[];
  /** Whether nothing is left for the run. */
  readonly isLast: boolean;
}

/**
 * The one way in which entries leave a log: takes the log's turn, lets `choose` say which go, keeps
 * their leaves and takes them out; with the last step the run ends and is recorded. All of it
 * commits together or not at all. False when no run is open any more.
 */
export const pruneStep = (
  session: Session,
  organizationId: OrganizationId,
  choose: (transaction: Transaction, head: LedgerHead, run: RetentionRun) => Promise<PruneStep>,
): Promise<boolean> =>
  session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    const run = head && (await openRunOf(transaction, head.id));
    if (!run) return false;
    const step = await choose(transaction, head, run);
    const heededHolds = step.heededHolds.join(' ');
    await transaction.retentionRun.update({ where: { id: run.id }, data: { heededHolds } });
    const count = await changingEntries(transaction, session, head.id, step.sequences, () =>
      pruneEntries(transaction, session.provider, head.id, step.sequences),
    );
    if (count > 0) await moveHead(transaction, head, count);
    const ended = await transaction.retentionRun.update({
      where: { id: run.id },
      data: progressOf(run, step, count, session.clock()),
    });
    if (step.isLast) await tell(transaction, session, head, endOf(ended));
    return !step.isLast;
  });

const openRunOf = (transaction: Transaction, ledgerId: number): Promise<RetentionRun | null> =>
  transaction.retentionRun.findUnique({ where: { openFor: ledgerId } });

async function moveHead(transaction: Transaction, head: LedgerHead, count: number): Promise<void> {
  const first = await transaction.auditLog.findFirst({
    where: { ledgerId: head.id },
    orderBy: { sequence: 'asc' },
    select: { sequence: true },
  });
  await transaction.ledger.update({
    where: { id: head.id },
    data: {
      firstKeptSequence: first?.sequence ?? head.size + 1n,
      prunedCount: { increment: count },
    },
  });
}

const progressOf = (run: RetentionRun, step: PruneStep, count: number, now: Date) => {
  const [first, last] = [step.sequences[0], step.sequences.at(-1)];
  return {
    lookedAtSequence: BigInt(step.lookedAtSequence),
    prunedCount: run.prunedCount + BigInt(count),
    ...(first !== undefined &&
      run.firstPrunedSequence === null && { firstPrunedSequence: BigInt(first) }),
    ...(last !== undefined && { lastPrunedSequence: BigInt(last) }),
    ...(step.isLast && { openFor: null, finishedAt: now }),
  };
};

const endOf = (run: RetentionRun): ServerEvent => ({
  action: 'auditLog.pruned',
  resourceUID: String(run.id),
  metadata: {
    prunedCount: Number(run.prunedCount),
    firstSequence: run.firstPrunedSequence === null ? null : Number(run.firstPrunedSequence),
    lastSequence: run.lastPrunedSequence === null ? null : Number(run.lastPrunedSequence),
    startedAt: run.startedAt.toISOString(),
  },
});

const tell = (
  transaction: Transaction,
  session: Session,
  head: LedgerHead,
  event: ServerEvent,
): Promise<void> => append(transaction, head, [draftOf(session, event)], session.clock());
