import type { BatchRows, Driven, StandingRow } from '../database/batch.ts';
import type { AuditLog, Ledger, RecordedKey } from '../generated/sqlite/client.ts';
import { DomainError, NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { accessBy } from './access.ts';
import { type Placed, placed, sealed } from './append.ts';
import { admitted } from './authorize.ts';
import type { Load, Settled } from './group-queue.ts';
import { recordedKey } from './recorded-keys.ts';
import type { Session } from './session.ts';
import { judgeOf, type Proposal, type SealedProposal, type Verdict } from './verdicts.ts';

/** What one caller wants recorded in one organization. */
export interface RecordJob extends Load {
  readonly session: Session;
  readonly organizationId: OrganizationId;
  readonly proposals: readonly Proposal[];
}

/** The same with all made ready that needs no lock. */
export interface SealedJob extends RecordJob {
  readonly proposals: readonly SealedProposal[];
}

/** Makes the commitments of jobs. */
export const sealedJobs = (jobs: readonly RecordJob[]): SealedJob[] =>
  jobs.map((job) => ({
    ...job,
    proposals: job.proposals.map((one) => ({ ...one, sealed: sealed(one.draft) })),
  }));

/** What became of one proposal. */
export type Recorded =
  | {
      readonly status: 'RECORDED' | 'DUPLICATE';
      /** Null when it is no longer kept. */
      readonly entry: Driven<AuditLog> | null;
    }
  | { readonly status: 'KEY_REUSED' };

/** What one log has seen, by idempotency key. */
export type KnownKeys = Map<string, Driven<RecordedKey>>;

/** What is to be known of the logs before anything is decided. */
export interface Knowledge {
  readonly heads: readonly Driven<Ledger>[];
  /** What an actor is in an organization; undefined when they are nothing there. */
  standing(actorId: string, organizationId: OrganizationId): StandingRow | undefined;
  /** By ledger. */
  readonly keys: ReadonlyMap<number, KnownKeys>;
}

/** The place of an entry. */
export interface EntryPlace {
  readonly ledgerId: number;
  readonly sequence: number | bigint;
}

/** What a batch comes to. */
export interface Decision {
  readonly store: BatchRows;
  /** Where the entries stand that told-again events are duplicates of. */
  readonly duplicated: readonly EntryPlace[];
  /** One answer per job, given those entries; those that are not kept may be missing. */
  answers(entries: readonly Driven<AuditLog>[]): Settled<Recorded[]>[];
}

/** A log of the batch, and what is to be appended to it. */
interface HeldLog {
  readonly head: Driven<Ledger>;
  readonly jobs: { readonly job: SealedJob; verdicts: readonly Verdict[] }[];
  readonly news: SealedProposal[];
  placed: Placed | null;
}

/**
 * Decides what many callers' events come to: who may write, what is new, and where it stands.
 * A caller who is refused takes nobody else along.
 */
export function decideBatch(jobs: readonly SealedJob[], knowledge: Knowledge): Decision {
  const logs = new Map<string, HeldLog>();
  for (const head of knowledge.heads) {
    logs.set(head.organizationId, { head, jobs: [], news: [], placed: null });
  }
  const refusals = jobs.map((job) => refusalOf(job, knowledge, logs));
  for (const [index, job] of jobs.entries()) {
    if (refusals[index] === null) {
      logs.get(job.organizationId)?.jobs.push({ job, verdicts: [] });
    }
  }
  const held = [...logs.values()];
  for (const log of held) place(log, knowledge.keys.get(log.head.id) ?? new Map());
  return {
    store: rowsOf(held),
    duplicated: held.flatMap(duplicatedIn),
    answers: (entries) => {
      const answers = answersOf(held, entries);
      return jobs.map((job, index) => {
        const refusal = refusals[index];
        return refusal ? { error: refusal } : { result: answers.get(job) ?? [] };
      });
    },
  };
}

/** Why a job is refused; null for one that is not. */
function refusalOf(
  { session, organizationId }: RecordJob,
  knowledge: Knowledge,
  logs: ReadonlyMap<string, HeldLog>,
): DomainError | null {
  const standing = knowledge.standing(session.actor.id ?? '', organizationId);
  try {
    admitted(accessBy(session, organizationId, standing), organizationId, 'auditLog:record');
    return logs.has(organizationId) ? null : new NotFoundError('Organization', organizationId);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** Judges a log's proposals in order, and gives the new ones their places. */
function place(log: HeldLog, known: KnownKeys): void {
  const judge = judgeOf(known);
  let nowMs = 0;
  for (const told of log.jobs) {
    told.verdicts = told.job.proposals.map(judge);
    nowMs = Math.max(nowMs, told.job.session.clock().getTime());
    for (const verdict of told.verdicts) {
      if (verdict.kind === 'new') log.news.push(verdict.proposal);
    }
  }
  if (log.news.length === 0) return;
  const drafts = log.news.map((proposal) => proposal.sealed);
  log.placed = placed(log.head, drafts, new Date(nowMs));
}

/** What is new in all the logs; heads in the order of their ids, so that batches never cross. */
const rowsOf = (logs: readonly HeldLog[]): BatchRows => ({
  entries: logs.flatMap((log) => log.placed?.rows ?? []),
  heads: logs
    .flatMap(({ placed: given, head }) =>
      given ? [{ ...given.head, sizeBefore: Number(head.size), rootBefore: head.root }] : [],
    )
    .sort((one, other) => one.id - other.id),
  keys: logs.flatMap(keysOf),
});

const keysOf = ({ head, news, placed: given }: HeldLog): RecordedKey[] =>
  news.flatMap(({ idempotencyKey, sameness }, index) => {
    const row = given?.rows[index];
    if (idempotencyKey === null || !row) return [];
    return [recordedKey(head.id, idempotencyKey, row.sequence, sameness)];
  });

const duplicatedIn = ({ head, jobs }: HeldLog): EntryPlace[] =>
  jobs
    .flatMap(({ verdicts }) => verdicts)
    .flatMap((verdict) =>
      verdict.kind === 'known' ? [{ ledgerId: head.id, sequence: verdict.sequence }] : [],
    );

const placeKey = ({ ledgerId, sequence }: EntryPlace): string => `${ledgerId} ${sequence}`;

function answersOf(
  logs: readonly HeldLog[],
  entries: readonly Driven<AuditLog>[],
): Map<RecordJob, Recorded[]> {
  const kept = new Map(entries.map((row) => [placeKey(row), row]));
  const recorded = (log: HeldLog, verdict: Verdict): Recorded => {
    if (verdict.kind === 'reused') return { status: 'KEY_REUSED' };
    if (verdict.kind === 'known') {
      const { sequence } = verdict;
      const entry = kept.get(placeKey({ ledgerId: log.head.id, sequence })) ?? null;
      return { status: 'DUPLICATE', entry };
    }
    const entry = log.placed?.rows[verdict.place] ?? null;
    return { status: verdict.kind === 'new' ? 'RECORDED' : 'DUPLICATE', entry };
  };
  return new Map(
    logs.flatMap((log) =>
      log.jobs.map(
        ({ job, verdicts }) => [job, verdicts.map((one) => recorded(log, one))] as const,
      ),
    ),
  );
}
