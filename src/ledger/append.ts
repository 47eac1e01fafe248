import { randomBytes } from 'node:crypto';
import type { Transaction } from '../database/database.ts';
import type { AuditLog } from '../generated/sqlite/client.ts';
import { idBytes, newId } from '../kernel/ids.ts';
import type { EntryDraft } from './entry.ts';
import { actorCommitment, contentCommitment, entryBody } from './entry-body.ts';
import type { LedgerHead } from './head.ts';
import { appendLeaves, leafHash } from './merkle.ts';

/** One entry's row, as stored. */
export type EntryRow = AuditLog;

const SALT_BYTES = 16;

/**
 * Appends entries to the log whose turn this transaction has taken: gives them the next sequences,
 * stores them with their leaves, and extends the tree. They commit with the change or not at all.
 * `recordedAt` never goes back, even when the clock does.
 */
export async function append(
  transaction: Transaction,
  head: LedgerHead,
  drafts: readonly EntryDraft[],
  now: Date,
): Promise<EntryRow[]> {
  if (drafts.length === 0) return [];
  const recordedAtMs = Math.max(now.getTime(), Number(head.lastRecordedAtMs));
  const rows = drafts.map((draft, index) =>
    rowOf(head, draft, Number(head.size) + index + 1, recordedAtMs),
  );
  const tree = appendLeaves(
    head.frontier,
    Number(head.size),
    rows.map((row) => row.leafHash),
  );
  await transaction.auditLog.createMany({ data: rows });
  await transaction.ledger.update({
    where: { id: head.id },
    data: {
      size: BigInt(tree.size),
      frontier: Uint8Array.from(tree.frontier),
      root: Uint8Array.from(tree.root),
      lastRecordedAtMs: BigInt(recordedAtMs),
    },
  });
  return rows;
}

/** The row of a draft at its place: salts, commitments and leaf worked out. */
function rowOf(
  { id: ledgerId, organizationId }: LedgerHead,
  draft: EntryDraft,
  sequence: number,
  recordedAtMs: number,
): EntryRow {
  const actorSalt = Uint8Array.from(randomBytes(SALT_BYTES));
  const contentSalt = Uint8Array.from(randomBytes(SALT_BYTES));
  const createdAtMs = draft.createdAtMs ?? recordedAtMs;
  const actor = Uint8Array.from(actorCommitment({ ...draft, name: draft.actorName }, actorSalt));
  const content = Uint8Array.from(contentCommitment(draft, contentSalt));
  const body = entryBody({
    organization: organizationId,
    ...draft,
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
    id: idBytes(newId('log')),
    createdAtMs: BigInt(createdAtMs),
    recordedAtMs: BigInt(recordedAtMs),
    actorSalt,
    contentSalt,
    actorCommitment: actor,
    contentCommitment: content,
    leafHash: Uint8Array.from(leafHash(body)),
  };
}
