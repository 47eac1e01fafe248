import { statSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../database/database.ts';
import { type Clock, SECOND_MS } from '../kernel/clock.ts';
import {
  type FileCounts,
  type ImportCounts,
  type ImportInput,
  type ImportOutcome,
  importEvents,
  type Rejection,
} from './import.ts';
import { printable } from './printable.ts';
import { grouped, rateText, startProgress } from './progress.ts';
import { openRejections, type RejectionStore } from './rejections.ts';
import { stopSignal } from './stop-signal.ts';
import { tableLines } from './table.ts';

/** An import as it is asked for at the command line. */
export interface ImportRequest extends ImportInput {
  /** Where every rejection is written; only the first are printed. */
  readonly rejectedFile: string | null;
}

/** Exit codes. */
const DONE = 0;
const FAILED = 1;
const SOME_REJECTED = 2;
const STOPPED = 130;

/**
 * Imports files with the progress on stderr and the counts on stdout. Gives the exit code: 0, or
 * 2 when lines were rejected, 1 when an error ended it, 130 when Ctrl-C did.
 * @throws Error a file is missing or the organization unknown; nothing is recorded
 */
export async function runImport(
  database: Database,
  clock: Clock,
  request: ImportRequest,
): Promise<number> {
  const wholeBytes = request.files.map(sizeBytes).reduce((sum, size) => sum + size, 0);
  const rejections = openRejections(request.rejectedFile, request.files);
  const startedAtMs = clock().getTime();
  try {
    const outcome = await follow(database, clock, request, rejections, wholeBytes);
    const elapsedMs = clock().getTime() - startedAtMs;
    process.stdout.write(report(outcome, rejections.first, elapsedMs));
    process.stderr.write(endingText(outcome));
    return exitCode(outcome);
  } finally {
    rejections.close();
  }
}

async function follow(
  database: Database,
  clock: Clock,
  input: ImportInput,
  rejections: RejectionStore,
  wholeBytes: number,
): Promise<ImportOutcome> {
  const progress = startProgress(process.stderr, clock, { whole: wholeBytes, counted: 'lines' });
  let doneBytes = 0;
  try {
    return await importEvents(database, clock, input, {
      stop: stopSignal(),
      onRead: (byteCount) => {
        doneBytes += byteCount;
      },
      onBatch: (counts, rejected) => {
        rejections.add(rejected);
        progress.show({ done: doneBytes, count: countOf(counts) });
      },
    });
  } finally {
    progress.end();
  }
}

function sizeBytes(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new Error(`${file}: there is no such file.`);
  if (stats.isDirectory()) throw new Error(`${file}: is a folder; name the files in it.`);
  return stats.size;
}

const countOf = ({ recorded, duplicate, rejected }: ImportOutcome['counts']): number =>
  recorded + duplicate + rejected;

function report(
  { organization, counts, files }: ImportOutcome,
  first: readonly Rejection[],
  elapsedMs: number,
): string {
  const seconds = (elapsedMs / SECOND_MS).toFixed(1);
  const lines = first.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  const unlisted = counts.rejected - first.length;
  return [
    ...lines,
    ...(unlisted > 0 ? [`… and ${grouped(unlisted)} more: --rejected FILE keeps them all.`] : []),
    ...countsTable(files, counts),
    `Imported into ${organization.label}: ${grouped(counts.recorded)} recorded, ` +
      `${grouped(counts.duplicate)} duplicate, ${grouped(counts.rejected)} rejected; ` +
      `${seconds} s, ${rateText(countOf(counts), elapsedMs)} lines/s.`,
    '',
  ]
    .map((text) => printable(text))
    .join('\n');
}

/** The counts of each file, and of all where there are several. */
const countsTable = (files: readonly FileCounts[], whole: ImportCounts): string[] =>
  tableLines([
    ['file', 'recorded', 'duplicate', 'rejected'],
    ...files.map(({ file, counts }) => countsRow(path.basename(file), counts)),
    ...(files.length > 1 ? [countsRow('all', whole)] : []),
  ]);

const countsRow = (
  label: string,
  { recorded, duplicate, rejected }: ImportCounts,
): [string, ...string[]] => [label, ...[recorded, duplicate, rejected].map(grouped)];

function endingText({ endedAt, failure }: ImportOutcome): string {
  if (!endedAt) return '';
  const place = `${printable(endedAt.file)}:${endedAt.line}`;
  const advice = 'Run the same command again: it adds only what is missing.';
  return failure === null
    ? `Stopped before ${place}. ${advice}\n`
    : `Ended before ${place}: ${printable(messageOf(failure))}\n${advice}\n`;
}

const messageOf = (failure: unknown): string =>
  failure instanceof Error ? failure.message : String(failure);

function exitCode({ endedAt, failure, counts }: ImportOutcome): number {
  if (endedAt) return failure === null ? STOPPED : FAILED;
  return counts.rejected > 0 ? SOME_REJECTED : DONE;
}
