import type { FieldProblem } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLogReceipt, recordAuditLogs } from './record-audit-logs.ts';
import { type Batch, batchesOf } from './record-batches.ts';
import { LINE_LIMIT_BYTES, type ReadOptions } from './record-line.ts';
import { linesOf } from './record-lines.ts';

/** What became of one line; a blank one has none. */
export interface LineReceipt extends AuditLogReceipt {
  /** From 1. */
  readonly line: number;
}

/** How a stream is recorded. */
export interface RecordStreamOptions extends ReadOptions {
  /** Lines in one call, at most 1,000. */
  readonly batchSize: number;
  /** Runs one recording, and again where that is safe. */
  readonly attempt: <T>(recording: () => Promise<T>) => Promise<T>;
}

/**
 * Records a stream of NDJSON of any length, line by line; gives the receipts as they come, in the
 * order of the lines. Memory is bounded: nothing is read further than the receipts are taken.
 * A line that cannot be read, or breaks a rule, is rejected alone.
 * @throws whatever ended the bytes early, after the receipts of every whole line before it
 * @throws as `recordAuditLogs`, after the receipts of every line before the batch that failed
 */
export async function* recordStream(
  session: Session,
  organizationId: OrganizationId,
  bytes: AsyncIterable<Uint8Array>,
  { batchSize, attempt, ...options }: RecordStreamOptions,
): AsyncGenerator<readonly LineReceipt[]> {
  const lines = linesOf(bytes, LINE_LIMIT_BYTES);
  for await (const batch of batchesOf(lines, batchSize, options)) {
    const events = batch.flatMap(({ read }) => ('event' in read ? [read.event] : []));
    const receipts =
      events.length === 0
        ? []
        : await attempt(() => recordAuditLogs(session, organizationId, events));
    yield inOrder(batch, receipts);
  }
}

function inOrder(batch: Batch, receipts: readonly AuditLogReceipt[]): LineReceipt[] {
  const next = receipts.values();
  return batch.map(({ number: line, read }) => {
    if ('problem' in read) return { line, ...unreadable(read.problem) };
    const { value } = next.next();
    if (!value) throw new Error('An event was given no receipt.');
    return { line, ...value };
  });
}

/** The receipt of what could not even be read as an event. */
export const unreadable = (message: string): AuditLogReceipt => ({
  status: 'REJECTED',
  auditLog: null,
  errors: [{ path: [], message }] satisfies FieldProblem[],
});
