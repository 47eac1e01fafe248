import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrganizationId } from '../../kernel/ids.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, type AuditLogRow, auditLogOf } from './audit-log.ts';
import type { Criteria } from './filter.ts';
import { Bindings, conditionsOf } from './filter-sql.ts';
import { COLUMNS } from './list-audit-logs.ts';

/** Which part of a log, by its sequence: after the one, up to the other. */
export interface ExportRange {
  readonly organizationId: OrganizationId;
  readonly ledgerId: number;
  readonly afterSequence: number;
  readonly snapshotSequence: number;
  readonly criteria: Criteria;
}

/** What matches in one window, and how far that window reaches. */
export interface ExportWindow {
  readonly entries: readonly AuditLog[];
  readonly lastSequence: number;
}

/** Sequences looked at by one statement, matching or not: few enough to keep it short and small. */
const WINDOW_SIZE = 200;
/** Windows read before the permission is checked again. */
const WINDOWS_PER_CHECK = 50;

/**
 * The matching entries by ascending sequence, window by window. The log only grows at its end, so
 * what lies up to a sequence is one snapshot, however long the reading takes; nothing is held open
 * between two windows.
 * @throws NotFoundError | ForbiddenError the caller lost `auditLog:export` meanwhile
 */
export async function* exportWindows(
  session: Session,
  range: ExportRange,
): AsyncGenerator<ExportWindow> {
  const { organizationId, snapshotSequence } = range;
  let from = range.afterSequence;
  for (let windows = 1; from < snapshotSequence; windows += 1) {
    if (windows % WINDOWS_PER_CHECK === 0) {
      await authorize(session, organizationId, 'auditLog:export');
    }
    const lastSequence = Math.min(from + WINDOW_SIZE, snapshotSequence);
    yield { entries: await entriesIn(session, range, from, lastSequence), lastSequence };
    from = lastSequence;
    // Other requests get their turn, also while nothing matches and nobody waits for the client.
    await nextTurn();
  }
}

async function entriesIn(
  session: Session,
  { organizationId, ledgerId, criteria }: ExportRange,
  after: number,
  upTo: number,
): Promise<AuditLog[]> {
  const bindings = new Bindings();
  const conditions = [
    `"ledgerId" = ${bindings.bind(ledgerId)}`,
    `"sequence" > ${bindings.bind(after)}`,
    `"sequence" <= ${bindings.bind(upTo)}`,
    ...conditionsOf(session.provider, criteria, bindings),
  ].join(' AND ');
  const rows = await session.select<AuditLogRow>(
    `SELECT ${COLUMNS} FROM "AuditLog" WHERE ${conditions} ORDER BY "sequence"`,
    bindings.values,
  );
  return rows.map((row) => auditLogOf(organizationId, row));
}
