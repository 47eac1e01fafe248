import type { Batches } from '../database/batch.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { type Admissions, openAdmissions } from './admissions.ts';
import { authorize } from './authorize.ts';
import type { Recorded, RecordJob } from './decide-batch.ts';
import { groupQueue, type QueueLimits } from './group-queue.ts';
import { BATCH, type Session } from './session.ts';
import { settlesBatches } from './settle-batch.ts';
import type { Proposal } from './verdicts.ts';

const MEBIBYTE = 1024 * 1024;

/** A batch is as large as keeps its transaction short; what waits is what memory may hold. */
const LIMITS: QueueLimits = {
  waiting: { eventCount: 20_000, sizeBytes: 64 * MEBIBYTE },
  batch: { eventCount: 2_000, sizeBytes: 8 * MEBIBYTE },
};

/** What an entry weighs beside its longest texts. */
const ENTRY_BYTES = 1_024;

/**
 * Records the events that a producer proposes in one organization: one answer each, in order, after
 * they were committed. Callers of all organizations share one queue and its transactions, and the
 * sequences are one series with those of `change`.
 *
 * The permission is checked twice: before the queue, so that strangers cannot fill it, and in the
 * transaction that holds the log's head, where it counts.
 * @throws NotFoundError | ForbiddenError | ConflictError as `authorize` with `auditLog:record`
 * @throws UnavailableError the queue is full, or the database busy or gone
 */
export async function recordProposals(
  session: Session,
  organizationId: OrganizationId,
  proposals: readonly Proposal[],
): Promise<readonly Recorded[]> {
  const { push, admissions } = recorderOf(session[BATCH]);
  if (!admissions.isFresh(session, organizationId)) {
    await authorize(session, organizationId, 'auditLog:record');
    admissions.remember(session, organizationId);
  }
  const eventCount = proposals.length;
  const sizeBytes = proposals.reduce((sum, { draft }) => sum + weightOf(draft), 0);
  try {
    return await push({ session, organizationId, proposals, eventCount, sizeBytes });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    admissions.forget(session, organizationId);
    // Refuses with the same words, and puts a denied attempt on record.
    await authorize(session, organizationId, 'auditLog:record');
    throw error;
  }
}

/** What a database's callers share. */
interface Recorder {
  readonly push: (job: RecordJob) => Promise<readonly Recorded[]>;
  readonly admissions: Admissions;
}

/** One queue for each database that is open, known by its way to write. */
const recorders = new WeakMap<Batches, Recorder>();

function recorderOf(batches: Batches): Recorder {
  const known = recorders.get(batches);
  if (known) return known;
  const { settle, isAhead } = settlesBatches(batches);
  const recorder = {
    push: groupQueue(settle, LIMITS, isAhead),
    admissions: openAdmissions(),
  };
  recorders.set(batches, recorder);
  return recorder;
}

const weightOf = ({ details, changes, metadata, userAgent }: Proposal['draft']): number =>
  ENTRY_BYTES +
  (details?.length ?? 0) +
  changes.length +
  metadata.length +
  (userAgent?.length ?? 0);

const isRefusal = (error: unknown): boolean =>
  [NotFoundError, ForbiddenError, ConflictError].some((kind) => error instanceof kind);
