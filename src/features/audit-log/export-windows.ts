import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bindings } from '../../database/bindings.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { authorizeReading } from '../../ledger/authorize.ts';
import { onReplica } from '../../ledger/on-replica.ts';
import type { Session } from '../../ledger/session.ts';
import { type AuditLog, type AuditLogRow, auditLogOf, READABLE_COLUMNS } from './audit-log.ts';
import type { Criteria } from './filter.ts';
import { conditionsOf } from './filter-sql.ts';

/** Which part of a log, by its sequence: after the one, up to the other. */
export interface ExportRange {
  readonly organizationId: OrganizationId;
  readonly ledgerId: number;
  readonly afterSequence: number;
  readonly snapshotSequence: number;
  readonly criteria: Criteria;
}

/** What matches in one window, and which part of the log that window is. */
export interface ExportWindow<Row> {
  readonly rows: readonly Row[];
  /** The window begins after this one. */
  readonly afterSequence: number;
  readonly lastSequence: number;
}

/** Sequences looked at by one statement, matching or not: few enough to keep it short and small. */
const WINDOW_SIZE = 200;
/** Windows read before the permission is checked again, and whether the replica has them. */
const WINDOWS_PER_CHECK = 50;

/** The matching entries as readers see them, window by window. @throws as `rowWindows` */
export async function* exportWindows(
  session: Session,
  range: ExportRange,
): AsyncGenerator<ExportWindow<AuditLog>> {
  for await (const window of rowWindows<AuditLogRow>(session, range, READABLE_COLUMNS)) {
    yield { ...window, rows: window.rows.map((row) => auditLogOf(range.organizationId, row)) };
  }
}

/**
 * These columns of the matching entries by ascending sequence, window by window. The log only grows
 * at its end, so what lies up to a sequence is one snapshot, however long the reading takes; nothing
 * is held open between two windows.
 * @throws NotFoundError | ForbiddenError the caller lost `auditLog:export` meanwhile
 */
export async function* rowWindows<Row extends object>(
  session: Session,
  range: ExportRange,
  columns: readonly (keyof Row & string)[],
): AsyncGenerator<ExportWindow<Row>> {
  const { organizationId, snapshotSequence } = range;
  let from = range.afterSequence;
  const admitted = async () =>
    onReplica(session, await authorizeReading(session, organizationId, 'auditLog:export'));
  let reading = await admitted();
  for (let windows = 1; from < snapshotSequence; windows += 1) {
    if (windows % WINDOWS_PER_CHECK === 0) reading = await admitted();
    const lastSequence = Math.min(from + WINDOW_SIZE, snapshotSequence);
    const rows = await rowsIn<Row>(reading, range, columns, from, lastSequence);
    yield { rows, afterSequence: from, lastSequence };
    from = lastSequence;
    // Other requests get their turn, also while nothing matches and nobody waits for the client.
    await nextTurn();
  }
}

function rowsIn<Row extends object>(
  session: Session,
  { ledgerId, criteria }: ExportRange,
  columns: readonly string[],
  after: number,
  upTo: number,
): Promise<Row[]> {
  const bindings = new Bindings(session.provider);
  const conditions = [
    `"ledgerId" = ${bindings.bind(ledgerId)}`,
    `"sequence" > ${bindings.bind(after)}`,
    `"sequence" <= ${bindings.bind(upTo)}`,
    ...conditionsOf(criteria, bindings),
  ].join(' AND ');
  const list = columns.map((column) => `"${column}"`).join(', ');
  return session.select<Row>(
    `SELECT ${list} FROM "AuditLog" WHERE ${conditions} ORDER BY "sequence"`,
    bindings.values,
  );
}
