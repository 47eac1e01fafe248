import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '../../kernel/errors.ts';
import type { Consistency } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { signedText, verifierKey } from '../checkpoint/note.ts';
import type { Signer } from '../checkpoint/signer.ts';
import { auditLogOf } from './audit-log.ts';
import { guideText } from './evidence-guide.ts';
import type { EvidenceRow } from './evidence-line.ts';
import { type EvidenceFile, manifestStatement, manifestText } from './evidence-manifest.ts';
import {
  type EvidenceWindow,
  evidenceRows,
  selectedWindows,
  wholeWindows,
} from './evidence-windows.ts';
import type { ZipMember } from './evidence-zip.ts';
import { entriesText, headText } from './export-format.ts';
import { STOPPED } from './export-record.ts';
import type { ExportRange } from './export-windows.ts';

/** What a pack is of. */
export interface EvidenceLabels {
  readonly id: string;
  readonly kind: 'WHOLE' | 'SELECTION';
  readonly filter: Record<string, unknown>;
  readonly checkpoint: Checkpoint;
  /** The proof that an earlier log is the beginning of this one, if that was asked for. */
  readonly growth: Consistency | null;
}

/** How far a pack has come. */
export interface PackRun {
  readonly files: Record<string, EvidenceFile>;
  entryCount: number;
  prunedCount: number;
  cursor: number;
  /** The text of manifest.json, once it is written. */
  manifest: string;
  /** Why it is not complete; null once it is. */
  reason: string | null;
}

/** The files of a pack, in the order in which they are to be made. */
export function evidenceMembers(
  session: Session,
  signer: Signer,
  range: ExportRange,
  labels: EvidenceLabels,
  run: PackRun,
  stop: AbortSignal,
): ZipMember[] {
  const { checkpoint, kind, growth } = labels;
  const { origin } = checkpoint;
  const told = { first: createHash('sha256'), second: createHash('sha256') };
  const windows = () => (kind === 'WHOLE' ? wholeWindows : selectedWindows)(session, range);
  const keys = signer.keys.all.map((key) => `${verifierKey(origin, key)}\n`);
  const members = [
    text('README.txt', guideText(checkpoint, kind)),
    text('checkpoint.txt', checkpoint.note),
    text('keys.txt', `${KEYS_WARNING}${keys.join('')}`),
    verifier('orgtrail-verify.mjs'),
    verifier('orgtrail-verify.html'),
    ...(growth ? [text('consistency.json', growthText(growth))] : []),
    { name: 'entries.ndjson', bytes: () => lines(windows(), range, run, told.first, stop) },
    { name: 'entries.csv', bytes: () => table(session, range, run, told.second) },
  ].map((member) => listed(member, run));
  const manifest = async function* () {
    if (run.reason === null && told.first.digest('hex') !== told.second.digest('hex')) {
      run.reason = CHANGED_MEANWHILE;
    }
    const { id: exportId, filter } = labels;
    const { organizationId, afterSequence, snapshotSequence } = range;
    const { files, entryCount, prunedCount, reason } = run;
    run.manifest = manifestText({
      ...{ exportId, organizationId, origin, exportedAt: session.clock(), kind, filter },
      ...{ afterSequence, snapshotSequence, entryCount, prunedCount },
      ...{ complete: reason === null, reason, files },
    });
    yield Buffer.from(run.manifest);
  };
  const note = async function* () {
    const keysNow = signer.keys.signingAt(session.clock());
    yield Buffer.from(signedText(origin, manifestStatement(origin, run.manifest), keysNow));
  };
  return [
    ...members,
    { name: 'manifest.json', bytes: manifest },
    { name: 'manifest.note', bytes: note },
  ];
}

const CHANGED_MEANWHILE =
  'Entries were pruned or a person was erased while it was written: export again.';

const KEYS_WARNING = `\
# What the log says its keys are. Whoever forges a pack writes their own key here: take the key
# from somebody you trust, and compare.
`;

/** The folder of the built verifiers. */
const VERIFIERS = path.resolve(import.meta.dirname, '../../../verifier');

const text = (name: string, content: string): ZipMember => ({
  name,
  async *bytes() {
    yield Buffer.from(content);
  },
});

const verifier = (name: string): ZipMember => ({
  name,
  async *bytes() {
    yield await readFile(path.join(VERIFIERS, name));
  },
});

const growthText = ({ from, to, hashes }: Consistency): string => {
  const inHex = hashes.map((hash) => Buffer.from(hash).toString('hex'));
  return `${JSON.stringify({ from, to, hashes: inHex }, null, 2)}\n`;
};

/** The same file, told of in the manifest once it is made. */
const listed = ({ name, bytes: made }: ZipMember, run: PackRun): ZipMember => ({
  name,
  async *bytes() {
    const hash = createHash('sha256');
    let length = 0;
    for await (const part of made()) {
      hash.update(part);
      length += part.length;
      yield part;
    }
    run.files[name] = { bytes: length, sha256: hash.digest('hex') };
  },
});

type Hash = ReturnType<typeof createHash>;

/** Which entries were met, and what they still told. */
function tell(hash: Hash, rows: readonly EvidenceRow[]): void {
  for (const { sequence, erased } of rows) hash.update(`${sequence} ${erased}\n`);
}

async function* lines(
  windows: AsyncIterable<EvidenceWindow>,
  { snapshotSequence }: ExportRange,
  run: PackRun,
  told: Hash,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const { rows, prunedCount, lastSequence, text: part } of windows) {
      run.entryCount += rows.length;
      run.prunedCount += prunedCount;
      run.cursor = lastSequence;
      tell(told, rows);
      if (part !== '') yield Buffer.from(part);
      if (stop.aborted) break;
    }
    run.reason = run.cursor < snapshotSequence ? STOPPED : null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    run.reason = error.message;
  }
}

/** The same entries as a table: read again, since a zip holds one file after the other. */
async function* table(
  session: Session,
  range: ExportRange,
  run: PackRun,
  told: Hash,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(headText('CSV'));
  if (run.reason !== null) return;
  try {
    for await (const { rows } of evidenceRows(session, range)) {
      tell(told, rows);
      const entries = rows.map((row) => auditLogOf(range.organizationId, row));
      if (rows.length > 0) yield Buffer.from(entriesText('CSV', entries));
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    run.reason = error.message;
  }
}
