import type { Driven } from '../database/batch.ts';
import type { Transaction } from '../database/database.ts';
import type { AuditLog } from '../generated/sqlite/client.ts';
import { auditLogIdAt } from '../kernel/audit-log-id.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { randomSlice } from '../kernel/random.ts';
import type { EntryDraft } from './entry.ts';
import {
  actorCommitment,
  contentCommitment,
  entryBody,
  NO_CHANGES,
  SALT_BYTES,
} from './entry-body.ts';
import { partSaltsOf } from './entry-seal.ts';
import type { LedgerHead } from './head.ts';
import { appendLeaves, leafHash } from './merkle.ts';

/** One entry's row, as stored. */
export type EntryRow = AuditLog;

/** A draft with what may be worked out before its place is known: all but body and leaf. */
export interface SealedDraft {
  readonly draft: EntryDraft;
  readonly salt: Uint8Array<ArrayBuffer>;
  /** The commitments: the body says them, and no column, since the row gives them. */
  readonly actor: Uint8Array;
  readonly content: Uint8Array;
}

/** Draws the salt and makes the commitments, which costs most of an entry and needs no lock. */
export function sealed(draft: EntryDraft): SealedDraft {
  const salt = randomSlice(SALT_BYTES);
  const { actorSalt, contentSalt } = partSaltsOf(salt);
  const { email, ip, actorName: name, requestId, userAgent } = draft;
  return {
    draft,
    salt,
    actor: actorCommitment({ email, ip, name, requestId, userAgent }, actorSalt),
    content: contentCommitment(draft, contentSalt),
  };
}

/** What placing a draft needs to know of its log. */
type Place = Driven<Pick<LedgerHead, 'id' | 'organizationId'>>;

/** Rows that have their places, and the head that counts them. */
export interface Placed {
  readonly rows: EntryRow[];
  readonly head: LedgerHead;
}

/**
 * Gives drafts the next sequences of the log whose turn was taken, in order, with their leaves, and
 * the head with the tree extended. The one rule of appending: whoever stores does so through it.
 * `recordedAt` never goes back, even when the clock does.
 */
export function placed(
  head: Driven<LedgerHead>,
  drafts: readonly SealedDraft[],
  now: Date,
): Placed {
  const size = Number(head.size);
  const recordedAtMs = Math.max(now.getTime(), Number(head.lastRecordedAtMs));
  const rows = drafts.map((draft, index) => rowOf(head, draft, size + index + 1, recordedAtMs));
  const tree = appendLeaves(
    head.frontier,
    size,
    rows.map((row) => row.leafHash),
  );
  return {
    rows,
    head: {
      ...head,
      firstKeptSequence: BigInt(head.firstKeptSequence),
      prunedCount: BigInt(head.prunedCount),
      size: BigInt(tree.size),
      frontier: tree.frontier,
      root: tree.root,
      lastRecordedAtMs: BigInt(recordedAtMs),
    },
  };
}

/**
 * Appends entries to the log whose turn this transaction has taken, and extends the tree. They
 * commit with the change or not at all.
 */
export async function append(
  transaction: Transaction,
  head: LedgerHead,
  drafts: readonly EntryDraft[],
  now: Date,
): Promise<void> {
  if (drafts.length === 0) return;
  const { rows, head: grown } = placed(head, drafts.map(sealed), now);
  const { size, frontier, root, lastRecordedAtMs } = grown;
  await transaction.auditLog.createMany({ data: rows });
  await transaction.ledger.update({
    where: { id: head.id },
    data: { size, frontier, root, lastRecordedAtMs },
  });
}

/** The row of a draft at its place, its leaf worked out. */
function rowOf(
  { id: ledgerId, organizationId }: Place,
  { draft, salt, actor, content }: SealedDraft,
  sequence: number,
  recordedAtMs: number,
): EntryRow {
  const createdAtMs = draft.createdAtMs ?? recordedAtMs;
  // Named one by one: copying all of a draft, for the few that the body has, costs as much as writing it.
  const body = entryBody({
    id: auditLogIdAt(organizationId as OrganizationId, sequence, recordedAtMs),
    organization: organizationId,
    scope: draft.scope,
    action: draft.action,
    outcome: draft.outcome,
    origin: draft.origin,
    resourceType: draft.resourceType,
    resourceUID: draft.resourceUID,
    actorType: draft.actorType,
    actorId: draft.actorId,
    correlationId: draft.correlationId,
    sequence,
    createdAtMs,
    recordedAtMs,
    actor,
    content,
  });
  return {
    ...draft,
    ledgerId,
    sequence: BigInt(sequence),
    // Worked out from the place.
    id: null,
    createdAtMs: BigInt(createdAtMs),
    recordedAtMs: BigInt(recordedAtMs),
    changes: draft.changes === NO_CHANGES ? null : draft.changes,
    salt,
    leafHash: leafHash(body),
    // Worked out from the rest until erasure takes that.
    actorSalt: null,
    contentSalt: null,
    actorCommitment: null,
    contentCommitment: null,
    erased: null,
  };
}
