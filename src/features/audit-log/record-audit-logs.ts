import type { FieldProblem } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Recorded } from '../../ledger/decide-batch.ts';
import { recordProposals } from '../../ledger/record.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, type AuditLogRow, auditLogOf } from './audit-log.ts';
import { type AuditLogInput, checkEvent } from './record-input.ts';

/** What became of one event: stored, known already, or refused with the rules it breaks. */
export interface AuditLogReceipt {
  readonly status: 'RECORDED' | 'DUPLICATE' | 'REJECTED';
  readonly auditLog: AuditLog | null;
  readonly errors: readonly FieldProblem[];
}

/** The most events that one call takes. */
export const LARGEST_BATCH = 1_000;

/**
 * Records events that products report, all in one transaction: one receipt per event, in order.
 * An event that breaks a rule is rejected alone; its neighbours are stored. The same idempotency
 * key with the same body gives the first entry again, for ever; with another body it is rejected.
 * @throws InvalidInputError no events, or more than 1,000
 * @throws NotFoundError | ForbiddenError | ConflictError | UnavailableError as `recordProposals`
 */
export async function recordAuditLogs(
  session: Session,
  organizationId: OrganizationId,
  events: readonly AuditLogInput[],
): Promise<AuditLogReceipt[]> {
  refuse([
    'events',
    events.length === 0 || events.length > LARGEST_BATCH
      ? `Give from 1 to ${LARGEST_BATCH} events; there are ${events.length}.`
      : null,
  ]);
  const checked = events.map((event) => checkEvent(session, event));
  const proposals = checked.flatMap((event) => ('draft' in event ? [event] : []));
  if (proposals.length === 0) await authorize(session, organizationId, 'auditLog:record');
  const recorded =
    proposals.length === 0 ? [] : await recordProposals(session, organizationId, proposals);
  const inOrder = recorded.values();
  return checked.map((event) => {
    if ('problems' in event) return rejected(event.problems);
    const { value } = inOrder.next();
    if (!value) throw new Error('A proposal was given no answer.');
    return receiptOf(organizationId, value);
  });
}

const KEY_REUSED: FieldProblem = {
  path: ['idempotencyKey'],
  message: 'This key was used for an event with another body.',
};

function receiptOf(organizationId: OrganizationId, recorded: Recorded): AuditLogReceipt {
  if (recorded.status === 'KEY_REUSED') return rejected([KEY_REUSED]);
  const { status, entry } = recorded;
  const auditLog = entry && auditLogOf(organizationId, entry as unknown as AuditLogRow);
  return { status, auditLog, errors: [] };
}

const rejected = (errors: readonly FieldProblem[]): AuditLogReceipt => ({
  status: 'REJECTED',
  auditLog: null,
  errors,
});
