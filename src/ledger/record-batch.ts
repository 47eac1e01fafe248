import type {
  AskedKey,
  Batch,
  BatchOutcome,
  BatchRows,
  Driven,
  StandingRow,
} from '../database/batch.ts';
import type { AuditLog, RecordedKey } from '../generated/sqlite/client.ts';
import { DomainError, NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { accessBy } from './access.ts';
import { type Placed, placed } from './append.ts';
import { admitted } from './authorize.ts';
import type { Load, Settled } from './group-queue.ts';
import { keyHashOf, recordedKey } from './recorded-keys.ts';
import type { Session } from './session.ts';
import { judgeOf, type Proposal, type Verdict } from './verdicts.ts';

/** What one caller wants recorded in one organization. */
export interface RecordJob extends Load {
  readonly session: Session;
  readonly organizationId: OrganizationId;
  readonly proposals: readonly Proposal[];
}

/** What became of one proposal. */
export type Recorded =
  | {
      readonly status: 'RECORDED' | 'DUPLICATE';
      /** Null when it is no longer kept. */
      readonly entry: Driven<AuditLog> | null;
    }
  | { readonly status: 'KEY_REUSED' };

/** A log that the batch holds, and what is to be appended to it. */
interface HeldLog {
  readonly head: Awaited<ReturnType<Batch['takeHeads']>>[number];
  readonly jobs: { readonly job: RecordJob; verdicts: readonly Verdict[] }[];
  readonly news: Proposal[];
  placed: Placed | null;
}

/**
 * Records many callers' events in one transaction: one answer per job, in order. The heads of all
 * the logs are held first; who may write is read after that, so that a right taken away meanwhile
 * does not slip by. A caller who is refused takes nobody else along.
 */
export async function recordBatch(
  batch: Batch,
  jobs: readonly RecordJob[],
): Promise<BatchOutcome<Settled<Recorded[]>[]>> {
  const keys = askedKeysOf(jobs);
  const [heads, standings, known] = await Promise.all([
    batch.takeHeads([...new Set(jobs.map((job) => job.organizationId))]),
    standingsOf(batch, jobs),
    knownKeysOf(batch, keys),
  ]);
  const logs = new Map(heads.map((head) => [head.organizationId, heldLog(head)]));
  const refusals = refusalsOf(jobs, standings, logs);
  for (const [index, job] of jobs.entries()) {
    if (refusals[index] === null) {
      logs.get(job.organizationId)?.jobs.push({ job, verdicts: [] });
    }
  }
  const held = [...logs.values()];
  for (const log of held) decide(log, known.get(log.head.id) ?? new Map());
  const answers = answersOf(held, await knownEntries(batch, held));
  const result = jobs.map((job, index) => {
    const refusal = refusals[index];
    return refusal ? { error: refusal } : { result: answers.get(job) ?? [] };
  });
  return { store: rowsOf(held), result };
}

const heldLog = (head: HeldLog['head']): HeldLog => ({ head, jobs: [], news: [], placed: null });

const standingKey = (actorId: string, organizationId: string) => `${actorId} ${organizationId}`;

async function standingsOf(
  batch: Batch,
  jobs: readonly RecordJob[],
): Promise<Map<string, StandingRow>> {
  const asking = new Map<string, { actorId: string; organizationId: string }>();
  for (const { session, organizationId } of jobs) {
    const { id } = session.actor;
    if (id) asking.set(standingKey(id, organizationId), { actorId: id, organizationId });
  }
  const rows = asking.size === 0 ? [] : await batch.standings([...asking.values()]);
  return new Map(rows.map((row) => [standingKey(row.actorId, row.organizationId), row]));
}

/** Why each job is refused; null for one that is not. */
const refusalsOf = (
  jobs: readonly RecordJob[],
  standings: ReadonlyMap<string, StandingRow>,
  logs: ReadonlyMap<string, HeldLog>,
): (DomainError | null)[] =>
  jobs.map(({ session, organizationId }) => {
    const standing = standings.get(standingKey(session.actor.id ?? '', organizationId));
    try {
      admitted(accessBy(session, organizationId, standing), organizationId, 'auditLog:record');
      return logs.has(organizationId) ? null : new NotFoundError('Organization', organizationId);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  });

type KnownKeys = Map<string, Driven<RecordedKey>>;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

interface KeyOfJob extends AskedKey {
  readonly key: string;
}

/** The keys that the proposals bear, each once, by the hash that is kept of them. */
function askedKeysOf(jobs: readonly RecordJob[]): Map<string, KeyOfJob> {
  const asked = new Map<string, KeyOfJob>();
  for (const { organizationId, proposals } of jobs) {
    for (const { idempotencyKey: key } of proposals) {
      if (key === null) continue;
      const keyHash = keyHashOf(key);
      asked.set(`${organizationId} ${hex(keyHash)}`, { organizationId, key, keyHash });
    }
  }
  return asked;
}

/** By ledger, then by key, what the logs have seen. */
async function knownKeysOf(
  batch: Batch,
  asked: ReadonlyMap<string, KeyOfJob>,
): Promise<Map<number, KnownKeys>> {
  const known = new Map<number, KnownKeys>();
  if (asked.size === 0) return known;
  const keyOf = new Map(Array.from(asked.values(), ({ key, keyHash }) => [hex(keyHash), key]));
  for (const row of await batch.knownKeys([...asked.values()])) {
    const ofLedger = known.get(row.ledgerId) ?? new Map();
    known.set(row.ledgerId, ofLedger.set(keyOf.get(hex(row.keyHash)) ?? '', row));
  }
  return known;
}

function decide(log: HeldLog, known: KnownKeys): void {
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
  const drafts = log.news.map(({ draft }) => draft);
  log.placed = placed(log.head, drafts, new Date(nowMs));
}

/** What is new in all the logs. */
const rowsOf = (logs: readonly HeldLog[]): BatchRows => ({
  entries: logs.flatMap((log) => log.placed?.rows ?? []),
  heads: logs.flatMap((log) => log.placed?.head ?? []),
  keys: logs.flatMap(keysOf),
});

const keysOf = ({ head, news, placed: given }: HeldLog): RecordedKey[] =>
  news.flatMap(({ idempotencyKey, sameness }, place) => {
    const row = given?.rows[place];
    if (idempotencyKey === null || !row) return [];
    return [recordedKey(head.id, idempotencyKey, row.sequence, sameness)];
  });

const placeKey = (ledgerId: number, sequence: number | bigint) => `${ledgerId} ${sequence}`;

/** The entries that duplicates of earlier batches stand for. */
async function knownEntries(
  batch: Batch,
  logs: readonly HeldLog[],
): Promise<Map<string, Driven<AuditLog>>> {
  const places = logs.flatMap(({ head, jobs }) =>
    jobs
      .flatMap(({ verdicts }) => verdicts)
      .flatMap((verdict) =>
        verdict.kind === 'known' ? [{ ledgerId: head.id, sequence: verdict.sequence }] : [],
      ),
  );
  const rows = places.length === 0 ? [] : await batch.entriesAt(places);
  return new Map(rows.map((row) => [placeKey(row.ledgerId, row.sequence), row]));
}

function answersOf(
  logs: readonly HeldLog[],
  entries: ReadonlyMap<string, Driven<AuditLog>>,
): Map<RecordJob, Recorded[]> {
  const recorded = (log: HeldLog, verdict: Verdict): Recorded => {
    if (verdict.kind === 'reused') return { status: 'KEY_REUSED' };
    if (verdict.kind === 'known') {
      const entry = entries.get(placeKey(log.head.id, verdict.sequence)) ?? null;
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
