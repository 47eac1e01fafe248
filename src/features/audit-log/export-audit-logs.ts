import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import type { AuditLog } from './audit-log.ts';
import { encodeCursor } from './cursor.ts';
import { listAuditLogs } from './list-audit-logs.ts';

/** An export that has been recorded and may now be read. */
export interface AuditLogExport {
  /** How many entries it holds. */
  readonly count: number;
  /** Every entry up to the moment it was asked for, by ascending sequence; memory is bounded. */
  readonly entries: AsyncIterable<AuditLog>;
}

const PAGE_SIZE = 100;

/**
 * Exports an organization's whole log, oldest first by sequence. Records `auditLog.exported` before
 * it gives anything out, so that no export goes unseen; that entry is not part of it.
 * Works on a purged organization's log too.
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:export`
 */
export async function exportAuditLogs(
  session: Session,
  organizationId: OrganizationId,
): Promise<AuditLogExport> {
  const { count, lastSequence } = await recordExport(session, organizationId);
  return { count, entries: entriesUpTo(session, organizationId, lastSequence) };
}

const recordExport = (session: Session, organizationId: OrganizationId) =>
  change(session, organizationId, 'auditLog:export', async (transaction) => {
    const head = await transaction.ledger.findUnique({ where: { organizationId } });
    if (!head) throw new NotFoundError('Organization', organizationId);
    const lastSequence = Number(head.size);
    const result = { count: lastSequence - Number(head.firstKeptSequence) + 1, lastSequence };
    return {
      result,
      event: { action: 'auditLog.exported', resourceUID: organizationId, metadata: result },
    };
  });

async function* entriesUpTo(
  session: Session,
  organizationId: OrganizationId,
  lastSequence: number,
): AsyncGenerator<AuditLog> {
  let after: string | null = null;
  for (;;) {
    const { rows, hasNextPage } = await listAuditLogs(session, organizationId, {
      orderBy: { field: 'SEQUENCE', direction: 'ASC' },
      first: PAGE_SIZE,
      after,
    });
    for (const row of rows) {
      if (row.sequence > lastSequence) return;
      yield row;
    }
    const last = rows.at(-1);
    if (!hasNextPage || !last) return;
    after = encodeCursor({ createdAtMs: last.createdAt.getTime(), sequence: last.sequence });
  }
}
