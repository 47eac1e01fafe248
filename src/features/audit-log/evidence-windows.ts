import type { OrganizationId } from '../../kernel/ids.ts';
import type { Session } from '../../ledger/session.ts';
import { inclusionProofs } from '../checkpoint/inclusion.ts';
import { READABLE_COLUMNS } from './audit-log.ts';
import { type EvidenceRow, evidenceLine, prunedLine } from './evidence-line.ts';
import { type ExportRange, type ExportWindow, rowWindows } from './export-windows.ts';

const COLUMNS = [
  ...READABLE_COLUMNS,
  'salt',
  'actorSalt',
  'contentSalt',
  'actorCommitment',
  'contentCommitment',
  'leafHash',
] as const satisfies (keyof EvidenceRow)[];

/** A part of entries.ndjson. */
export interface EvidenceWindow {
  readonly rows: readonly EvidenceRow[];
  readonly prunedCount: number;
  readonly lastSequence: number;
  readonly text: string;
}

/** The matching entries of a range with all that their leaves were made of. @throws as `rowWindows` */
export const evidenceRows = (session: Session, range: ExportRange) =>
  rowWindows<EvidenceRow>(session, range, COLUMNS);

/** Every entry of a range, and the leaves of those that retention removed, as text in their order. */
export async function* wholeWindows(
  session: Session,
  range: ExportRange,
): AsyncGenerator<EvidenceWindow> {
  for await (const window of evidenceRows(session, range)) {
    // Read after the entries: what is pruned between the two readings is met as an entry.
    const leaves = await prunedLeaves(session, range.ledgerId, window);
    const lines = new Map(leaves.map(({ sequence, leafHash }) => [Number(sequence), leafHash]));
    const texts = new Map([...lines].map(([at, leaf]) => [at, prunedLine(at, leaf)]));
    for (const row of window.rows) {
      texts.set(Number(row.sequence), evidenceLine(range.organizationId, row, null));
    }
    const text = [...texts].sort(([a], [b]) => a - b).map(([, line]) => line);
    const { rows, lastSequence } = window;
    yield { rows, lastSequence, prunedCount: texts.size - rows.length, text: text.join('') };
  }
}

/** The matching entries of a range, each with its proof, as text in their order. */
export async function* selectedWindows(
  session: Session,
  range: ExportRange,
): AsyncGenerator<EvidenceWindow> {
  const { organizationId, snapshotSequence } = range;
  for await (const { rows, lastSequence } of evidenceRows(session, range)) {
    const text = await provedText(session, organizationId, rows, snapshotSequence);
    yield { rows, lastSequence, prunedCount: 0, text };
  }
}

async function provedText(
  session: Session,
  organizationId: OrganizationId,
  rows: readonly EvidenceRow[],
  size: number,
): Promise<string> {
  const sequences = rows.map(({ sequence }) => Number(sequence));
  const proofs = await inclusionProofs(session, organizationId, sequences, size);
  return rows.map((row, n) => evidenceLine(organizationId, row, proofs[n] ?? null)).join('');
}

interface PrunedRow {
  readonly sequence: number | bigint;
  readonly leafHash: Uint8Array;
}

const prunedLeaves = (
  session: Session,
  ledgerId: number,
  { afterSequence, lastSequence }: ExportWindow<EvidenceRow>,
): Promise<PrunedRow[]> =>
  session.select<PrunedRow>(
    'SELECT "sequence", "leafHash" FROM "PrunedLeaf" WHERE "ledgerId" = $1 AND "sequence" > $2 AND "sequence" <= $3',
    [ledgerId, afterSequence, lastSequence],
  );
