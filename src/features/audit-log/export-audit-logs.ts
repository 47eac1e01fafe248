import { createHash, type Hash, randomUUID } from 'node:crypto';
import { DomainError, NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { type ExportFormat, entriesText, headText } from './export-format.ts';
import { type ExportManifest, filterJson } from './export-manifest.ts';
import { beyond, recordExport, recordExportEnd, STOPPED } from './export-record.ts';
import { type ExportRange, exportWindows } from './export-windows.ts';
import { type AuditLogFilter, criteriaOf } from './filter.ts';

/** What to export. */
export interface ExportAuditLogsInput {
  readonly format: ExportFormat;
  readonly filter?: AuditLogFilter | null | undefined;
  /** The sequence of the last entry that the caller has: the export goes on after it. */
  readonly cursor?: number | null | undefined;
  /** The snapshot of an export that is to be resumed; absent = all that is recorded now. */
  readonly snapshotSequence?: number | null | undefined;
}

/** An export that has been recorded and may now be read. */
export interface AuditLogExport {
  readonly id: string;
  readonly afterSequence: number;
  readonly snapshotSequence: number;
  /**
   * The bytes, oldest entry first, to be read once and to the end or given up by `return`; memory is
   * bounded. The last part of NDJSON is the manifest.
   */
  readonly parts: AsyncGenerator<ExportPart, void>;
}

/** Some bytes of an export, and how far they bring it. */
export interface ExportPart {
  readonly bytes: Buffer;
  readonly count: number;
  readonly lastSequence: number;
}

/**
 * Exports an organization's log, oldest first by sequence; also a purged one's. `auditLog.exported`
 * is recorded before anything is given out, so that no export goes unseen, and `auditLog.exportEnded`
 * with the manifest when it ends, whether it was read to the end or given up.
 * @throws InvalidInputError a filter, the cursor or the snapshot breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:export`
 */
export async function exportAuditLogs(
  session: Session,
  organizationId: OrganizationId,
  input: ExportAuditLogsInput,
  stop: AbortSignal = new AbortController().signal,
): Promise<AuditLogExport> {
  const { cursor, snapshotSequence: asked, format } = input;
  const criteria = criteriaOf(input.filter);
  await authorize(session, organizationId, 'auditLog:export');
  const ledger = await session.read.ledger.findUnique({ where: { organizationId } });
  if (!ledger) throw new NotFoundError('Organization', organizationId);
  const size = Number(ledger.size);
  const snapshotSequence = asked ?? size;
  refuse(
    ['snapshot', ifGiven(asked, (at) => (at > size ? beyond(size) : null))],
    ['cursor', ifGiven(cursor, (at) => (at > snapshotSequence ? beyond(snapshotSequence) : null))],
  );
  const id = randomUUID();
  const afterSequence = Math.max(cursor ?? 0, Number(ledger.firstKeptSequence) - 1);
  const range = { organizationId, ledgerId: ledger.id, afterSequence, snapshotSequence, criteria };
  const filter = filterJson(input.filter);
  const begun = { format, filter, afterSequence, lastSequence: snapshotSequence };
  await recordExport(session, organizationId, id, begun);
  const parts = partsOf(session, range, { id, format, filter }, stop);
  return { id, afterSequence, snapshotSequence, parts };
}

interface Labels {
  readonly id: string;
  readonly format: ExportFormat;
  readonly filter: Record<string, unknown>;
}

/** How far an export has come. */
interface Run {
  readonly hash: Hash;
  count: number;
  cursor: number;
  /** Why it is not complete; null once it is. */
  reason: string | null;
}

async function* partsOf(
  session: Session,
  range: ExportRange,
  labels: Labels,
  stop: AbortSignal,
): AsyncGenerator<ExportPart, void> {
  const { organizationId, afterSequence, snapshotSequence } = range;
  const hash = createHash('sha256');
  const run: Run = { hash, count: 0, cursor: afterSequence, reason: 'The reader went away.' };
  try {
    yield* entryParts(session, range, labels.format, run, stop);
    run.reason = run.cursor < snapshotSequence ? STOPPED : null;
  } catch (error) {
    run.reason = error instanceof DomainError ? error.message : 'It failed on our side.';
    if (!(error instanceof DomainError)) throw error;
  } finally {
    await recordExportEnd(session, organizationId, manifestOf(range, labels, run));
  }
  if (labels.format === 'NDJSON') {
    const manifest = manifestOf(range, labels, run);
    yield partOf(run, `${JSON.stringify({ manifest })}\n`);
  } else if (run.reason !== null) {
    // CSV has no place to say so: only an answer that breaks off tells.
    throw new Error(`The export is not complete: ${run.reason}`);
  }
}

async function* entryParts(
  session: Session,
  range: ExportRange,
  format: ExportFormat,
  run: Run,
  stop: AbortSignal,
): AsyncGenerator<ExportPart, void> {
  yield hashed(run, headText(format));
  for await (const { rows, lastSequence } of exportWindows(session, range)) {
    run.count += rows.length;
    run.cursor = lastSequence;
    yield hashed(run, entriesText(format, rows));
    if (stop.aborted) return;
  }
}

const partOf = ({ count, cursor }: Run, text: string): ExportPart => ({
  bytes: Buffer.from(text),
  count,
  lastSequence: cursor,
});

function hashed(run: Run, text: string): ExportPart {
  const part = partOf(run, text);
  run.hash.update(part.bytes);
  return part;
}

const manifestOf = (
  { organizationId, snapshotSequence, afterSequence }: ExportRange,
  { id, format, filter }: Labels,
  { hash, count, cursor, reason }: Run,
): ExportManifest => ({
  ...{ exportId: id, organizationId, format, filter, snapshotSequence, afterSequence },
  ...{ cursor, count, sha256: hash.copy().digest('hex'), complete: reason === null, reason },
});
