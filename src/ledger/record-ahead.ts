import type { BatchRows } from '../database/batch.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { decideBatch, type Recorded, type RecordJob, sealedJobs } from './decide-batch.ts';
import type { Settled } from './group-queue.ts';
import type { KnownLog, KnownLogs } from './known-logs.ts';

/** A batch decided by what this process remembers: right if the heads it names have not moved. */
export interface Guess {
  readonly store: BatchRows;
  readonly answers: Settled<Recorded[]>[];
}

/**
 * Decides a batch without asking the database, and remembers the heads as it leaves them, so that
 * the next may build on it while this one is stored. Null when too little is known: a log, what a
 * caller is in it, or who is refused, which is for the database to say.
 *
 * A head that has not moved proves the rest: whatever gives or takes a right appends an entry, and
 * an idempotency key is only ever remembered beside one. A key that the log has seen is found by the
 * database, which stores no key twice.
 */
export function guessBatch(known: KnownLogs, jobs: readonly RecordJob[]): Guess | null {
  const logs = knownLogsOf(known, jobs);
  if (!logs) return null;
  const decision = decideBatch(sealedJobs(jobs), {
    heads: Array.from(logs.values(), ({ head }) => head),
    standing: (actorId, organizationId) => logs.get(organizationId)?.standings.get(actorId),
    keys: new Map(),
  });
  const answers = decision.answers([]);
  if (answers.some((answer) => 'error' in answer)) return null;
  for (const head of decision.store.heads) {
    const log = logs.get(head.organizationId as OrganizationId);
    if (log) log.head = head;
  }
  return { store: decision.store, answers };
}

function knownLogsOf(
  known: KnownLogs,
  jobs: readonly RecordJob[],
): Map<OrganizationId, KnownLog> | null {
  const logs = new Map<OrganizationId, KnownLog>();
  for (const { organizationId } of jobs) {
    const log = logs.get(organizationId) ?? known.get(organizationId);
    if (!log) return null;
    logs.set(organizationId, log);
  }
  return logs;
}
