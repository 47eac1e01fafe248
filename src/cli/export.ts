import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.ts';
import type { AuditLog } from '../features/audit-log/audit-log.ts';
import { exportAuditLogs } from '../features/audit-log/export-audit-logs.ts';
import type { Clock } from '../kernel/clock.ts';
import { openSystemSession } from '../ledger/session.ts';
import { namedOrganization } from './named-organization.ts';
import { grouped, type Progress, startProgress } from './progress.ts';

/** What to export, and where to. */
export interface ExportRequest {
  /** Id or slug; a purged organization's id. */
  readonly organization: string;
  /** A file, which appears when it is complete; null writes to stdout. */
  readonly output: string | null;
}

/**
 * Writes a whole log as NDJSON, oldest first, with the progress on stderr. The export is recorded.
 * @throws Error the organization is unknown, or the file cannot be written
 */
export async function runExport(
  database: Database,
  clock: Clock,
  { organization, output }: ExportRequest,
): Promise<void> {
  const session = openSystemSession(database, clock, 'export');
  const { id, label } = await namedOrganization(session, organization);
  const partial = output === null ? null : `${output}.partial`;
  const target = partial === null ? process.stdout : await openFile(partial);
  const { count, entries } = await exportAuditLogs(session, id);
  const progress = startProgress(process.stderr, clock, { whole: count, counted: 'entries' });
  try {
    await pipeline(Readable.from(linesOf(entries, progress)), target, { end: partial !== null });
  } finally {
    progress.end();
  }
  if (output !== null && partial !== null) await rename(partial, output);
  process.stderr.write(`Exported ${grouped(count)} entries of ${label}.\n`);
}

/** Opened before the export is recorded, so that a file that cannot be written leaves no entry. */
async function openFile(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, 'open');
  return stream;
}

async function* linesOf(
  entries: AsyncIterable<AuditLog>,
  progress: Progress,
): AsyncGenerator<string> {
  let count = 0;
  for await (const entry of entries) {
    yield `${JSON.stringify(exported(entry))}\n`;
    count += 1;
    progress.show({ done: count, count });
  }
}

/** An entry as the schema's AuditLog has it. */
function exported({
  actorType,
  actorId,
  actorName,
  changes,
  metadata,
  createdAt,
  recordedAt,
  ...entry
}: AuditLog) {
  return {
    ...entry,
    actor: { type: actorType, id: actorId, name: actorName },
    changes: JSON.parse(changes),
    metadata: JSON.parse(metadata),
    createdAt,
    recordedAt,
  };
}
