import type { AuditLogReceipt } from '../features/audit-log/record-audit-logs.ts';
import type { ReadOptions } from '../features/audit-log/record-line.ts';
import type { Exchange } from '../http/exchange.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Session } from '../ledger/session.ts';

/** What is to be recorded, for whom, and how it is read. */
export interface Recording {
  readonly exchange: Exchange;
  readonly session: Session;
  readonly organizationId: OrganizationId;
  /** The body, unpacked. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly options: ReadOptions;
}

/** A receipt as the plain HTTP door writes it. */
export const shownReceipt = ({ status, auditLog, errors }: AuditLogReceipt) => ({
  status,
  ...(auditLog && {
    id: auditLog.id,
    sequence: auditLog.sequence,
    createdAt: auditLog.createdAt,
    recordedAt: auditLog.recordedAt,
  }),
  ...(errors.length > 0 && { errors }),
});

/** How many became of what. */
export interface Counts {
  recorded: number;
  duplicate: number;
  rejected: number;
}

const COUNTED = { RECORDED: 'recorded', DUPLICATE: 'duplicate', REJECTED: 'rejected' } as const;

/** Adds receipts to the counts. */
export function count(counts: Counts, receipts: readonly AuditLogReceipt[]): Counts {
  for (const { status } of receipts) counts[COUNTED[status]] += 1;
  return counts;
}

/** Nothing counted yet. */
export const noCounts = (): Counts => ({ recorded: 0, duplicate: 0, rejected: 0 });
