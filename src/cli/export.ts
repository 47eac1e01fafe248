import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.ts';
import {
  type AuditLogExport,
  type ExportAuditLogsInput,
  type ExportPart,
  exportAuditLogs,
} from '../features/audit-log/export-audit-logs.ts';
import { exportEvidence } from '../features/audit-log/export-evidence.ts';
import type { Signer } from '../features/checkpoint/signer.ts';
import { gzipped } from '../http/gzipped.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { openSystemSession, type Session } from '../ledger/session.ts';
import { namedOrganization } from './named-organization.ts';
import { grouped, type Progress, rateText, startProgress } from './progress.ts';
import { tableLines } from './table.ts';

/** What to export, and where to. */
export interface ExportRequest extends ExportAuditLogsInput {
  /** Id or slug; a purged organization's id. */
  readonly organization: string;
  /** A file, which appears when it is complete, compressed if its name ends in .gz; null is stdout. */
  readonly output: string | null;
  /** Set for a pack of evidence in place of a format; null for a plain export. */
  readonly evidence: EvidenceRequest | null;
}

/** What a pack of evidence takes besides. */
export interface EvidenceRequest {
  readonly signer: Signer;
  /** Size of a checkpoint that the reader has. */
  readonly previousSize: number | null;
}

/**
 * Writes a log as the REST door does, oldest first, with the progress on stderr. It is recorded.
 * @throws Error the organization is unknown, or the file cannot be written
 */
export async function runExport(
  database: Database,
  clock: Clock,
  { organization, output, ...input }: ExportRequest,
): Promise<void> {
  const session = openSystemSession(database, clock, 'export');
  const { id, label } = await namedOrganization(session, organization);
  const partial = output === null ? null : `${output}.partial`;
  const target = partial === null ? process.stdout : await openFile(partial);
  const { afterSequence, snapshotSequence, parts } = await begin(session, id, input);
  const startedAtMs = clock().getTime();
  const whole = snapshotSequence - afterSequence;
  const progress = startProgress(process.stderr, clock, { whole, counted: 'entries' });
  const written: Written = { count: 0, byteCount: 0 };
  const bytes = bytesOf(parts, afterSequence, progress, written);
  try {
    const source = output?.endsWith('.gz') ? gzipped(bytes) : bytes;
    await pipeline(Readable.from(source), target, { end: partial !== null });
  } finally {
    progress.end();
  }
  if (output !== null && partial !== null) await rename(partial, output);
  const elapsedMs = clock().getTime() - startedAtMs;
  const table = tableLines([
    ['entries', grouped(written.count)],
    ['bytes', grouped(written.byteCount)],
    ['after sequence', grouped(afterSequence)],
    ['up to sequence', grouped(snapshotSequence)],
  ]);
  process.stderr.write(
    `${table.join('\n')}\nExported ${grouped(written.count)} entries of ${label}: ${(elapsedMs / 1_000).toFixed(1)} s, ${rateText(written.count, elapsedMs)} entries/s.\n`,
  );
}

const begin = (
  session: Session,
  id: OrganizationId,
  { evidence, ...input }: Omit<ExportRequest, 'organization' | 'output'>,
): Promise<AuditLogExport> =>
  evidence
    ? exportEvidence(session, evidence.signer, id, { ...input, ...evidence })
    : exportAuditLogs(session, id, input);

interface Written {
  count: number;
  /** Before compression. */
  byteCount: number;
}

/** Opened before the export is recorded, so that a file that cannot be written leaves no entry. */
async function openFile(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, 'open');
  return stream;
}

async function* bytesOf(
  parts: AsyncIterable<ExportPart>,
  afterSequence: number,
  progress: Progress,
  written: Written,
): AsyncGenerator<Uint8Array> {
  for await (const { bytes, count, lastSequence } of parts) {
    if (bytes.byteLength > 0) yield bytes;
    written.count = count;
    written.byteCount += bytes.byteLength;
    progress.show({ done: lastSequence - afterSequence, count });
  }
}
