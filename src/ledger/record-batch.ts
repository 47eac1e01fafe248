import type { AskedKey, Batch, BatchOutcome, Driven, StandingRow } from '../database/batch.ts';
import type { Ledger } from '../generated/sqlite/client.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import {
  decideBatch,
  type KnownKeys,
  type Recorded,
  type RecordJob,
  type SealedJob,
} from './decide-batch.ts';
import type { Settled } from './group-queue.ts';
import type { KnownLog } from './known-logs.ts';
import { keyHashOf } from './recorded-keys.ts';

/** What a batch answers, and what it learned of the logs: true once it has committed. */
export interface BatchResult {
  readonly answers: Settled<Recorded[]>[];
  readonly learned: ReadonlyMap<OrganizationId, KnownLog>;
}

/**
 * Records many callers' events in one transaction: one answer per job, in order. The heads of all
 * the logs are held first; who may write is read after that, so that a right taken away meanwhile
 * does not slip by.
 */
export async function recordBatch(
  batch: Batch,
  jobs: readonly SealedJob[],
): Promise<BatchOutcome<BatchResult>> {
  const [heads, standings, keys] = await Promise.all([
    batch.takeHeads([...new Set(jobs.map((job) => job.organizationId))]),
    standingsOf(batch, jobs),
    knownKeysOf(batch, askedKeysOf(jobs)),
  ]);
  const standing = (actorId: string, organizationId: OrganizationId) =>
    standings.get(standingKey(actorId, organizationId));
  const { store, duplicated, answers } = decideBatch(jobs, { heads, standing, keys });
  const entries = duplicated.length === 0 ? [] : await batch.entriesAt(duplicated);
  const learned = learnedFrom([...heads, ...store.heads], [...standings.values()]);
  return { store, result: { answers: answers(entries), learned } };
}

/** Of two heads of one log the later one holds. */
function learnedFrom(
  heads: readonly Driven<Ledger>[],
  standings: readonly StandingRow[],
): Map<OrganizationId, KnownLog> {
  const ofLogs = Map.groupBy(standings, ({ organizationId }) => organizationId);
  return new Map(
    heads.map((head) => {
      const rows = ofLogs.get(head.organizationId) ?? [];
      const known = { head, standings: new Map(rows.map((row) => [row.actorId, row])) };
      return [head.organizationId as OrganizationId, known];
    }),
  );
}

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
