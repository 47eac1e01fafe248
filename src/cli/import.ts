import type { Database } from '../database/database.ts';
import { type LineReceipt, recordStream } from '../features/audit-log/record-stream.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ProductScope } from '../kernel/vocabulary.ts';
import { openSystemSession, type Session } from '../ledger/session.ts';
import { bytesOf } from './import-bytes.ts';
import { type NamedOrganization, namedOrganization } from './named-organization.ts';
import { whenAvailable } from './when-available.ts';

/** What to import, and where to. */
export interface ImportInput {
  readonly files: readonly string[];
  /** Id or slug. */
  readonly organization: string;
  /** For events that name none and that the catalogue does not know; null refuses them. */
  readonly defaultScope: ProductScope | null;
  /** Lines in one transaction, at most 1,000. */
  readonly batchSize: number;
}

/** Who follows an import, and may stop it. */
export interface ImportWatcher {
  /** Once aborted, the batch in flight is finished and no other is begun. */
  readonly stop: AbortSignal;
  onRead(byteCount: number): void;
  /** Called after each batch, with the counts so far and the batch's own rejections. */
  onBatch(counts: ImportCounts, rejections: readonly Rejection[]): void;
}

/** Lines by what became of them; blank lines are none. */
export interface ImportCounts {
  readonly recorded: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** What became of the lines of one file. */
export interface FileCounts {
  readonly file: string;
  readonly counts: ImportCounts;
}

/** A line that was refused, and the rules it breaks. */
export interface Rejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What an import came to. */
export interface ImportOutcome {
  readonly organization: NamedOrganization;
  readonly counts: ImportCounts;
  /** The files that were begun, in their order, with the counts of each. */
  readonly files: readonly FileCounts[];
  /** Null when all was read. Every line before it is dealt with; none after it is. */
  readonly endedAt: { readonly file: string; readonly line: number } | null;
  /** What ended it early, unless it was told to stop. */
  readonly failure: unknown;
}

/**
 * Imports files of events, one JSON object a line, plain or gzip, into an organization's log.
 * A line is recorded once, however often and by however many it is imported; a bad line is
 * rejected alone. Memory is bounded.
 * @throws Error no such organization, or a purged one
 */
export async function importEvents(
  database: Database,
  clock: Clock,
  input: ImportInput,
  watcher: ImportWatcher,
): Promise<ImportOutcome> {
  const session = openSystemSession(database, clock, 'import');
  const organization = await namedOrganization(session, input.organization);
  if (organization.isPurged) {
    throw new Error(`${organization.label} was purged: its log can be read, but takes no more.`);
  }
  const run: Run = { ...input, session, organization, watcher, counts: NOTHING };
  const files: FileCounts[] = [];
  for (const file of input.files) {
    const before = run.counts;
    const ending = await importFile(run, file);
    files.push({ file, counts: countedSince(before, run.counts) });
    if (ending) return { organization, counts: run.counts, files, ...ending };
  }
  return { organization, counts: run.counts, files, endedAt: null, failure: null };
}

const NOTHING: ImportCounts = { recorded: 0, duplicate: 0, rejected: 0 };

interface Run extends Omit<ImportInput, 'organization'> {
  readonly session: Session;
  readonly organization: NamedOrganization;
  readonly watcher: ImportWatcher;
  counts: ImportCounts;
}

type Ending = Pick<ImportOutcome, 'endedAt' | 'failure'>;

/** Null when the whole file was read. */
async function importFile(run: Run, file: string): Promise<Ending | null> {
  const { session, organization, watcher, batchSize, defaultScope } = run;
  const options = { batchSize, defaultScope, keyByContent: true, attempt: whenAvailable };
  let line = 1;
  try {
    const bytes = bytesOf(file, watcher.onRead);
    for await (const receipts of recordStream(session, organization.id, bytes, options)) {
      line = (receipts.at(-1)?.line ?? line) + 1;
      run.counts = countedOn(run.counts, receipts);
      watcher.onBatch(run.counts, receipts.filter(isRejected).map(rejectionIn(file)));
      if (watcher.stop.aborted) return { endedAt: { file, line }, failure: null };
    }
    return null;
  } catch (failure) {
    return { endedAt: { file, line }, failure };
  }
}

const isRejected = ({ status }: LineReceipt): boolean => status === 'REJECTED';

const rejectionIn =
  (file: string) =>
  (receipt: LineReceipt): Rejection => ({ file, line: receipt.line, reason: reasonOf(receipt) });

const reasonOf = ({ errors }: LineReceipt): string =>
  errors
    .map(({ path, message }) => {
      if (path[0] === 'idempotencyKey') return `${message} ${OTHER_SCOPE}`;
      return path.length === 0 ? message : `${path.join('.')}: ${message}`;
    })
    .join(' ');

const OTHER_SCOPE = 'Was the line imported before with another --default-scope?';

const countedSince = (before: ImportCounts, now: ImportCounts): ImportCounts => ({
  recorded: now.recorded - before.recorded,
  duplicate: now.duplicate - before.duplicate,
  rejected: now.rejected - before.rejected,
});

function countedOn(counts: ImportCounts, receipts: readonly LineReceipt[]): ImportCounts {
  const having = (wanted: LineReceipt['status']): number =>
    receipts.filter(({ status }) => status === wanted).length;
  return {
    recorded: counts.recorded + having('RECORDED'),
    duplicate: counts.duplicate + having('DUPLICATE'),
    rejected: counts.rejected + having('REJECTED'),
  };
}
