import type { Session } from './session.ts';

/** What reading a log's tree takes. */
export interface LogReader {
  readonly select: Session['select'];
  readonly ledgerId: number;
}

/** Leaves of a log by their index, from `start` on. */
export interface LeafRange {
  readonly start: number;
  readonly count: number;
}

/** How many leaves one statement reads at most. */
export const LEAF_WINDOW = 4_096;

const LEAVES = `
SELECT "sequence", "leafHash" FROM "AuditLog" WHERE "ledgerId" = $1 AND "sequence" BETWEEN $2 AND $3
UNION ALL
SELECT "sequence", "leafHash" FROM "PrunedLeaf" WHERE "ledgerId" = $1 AND "sequence" BETWEEN $2 AND $3`;

interface LeafRow {
  readonly sequence: number | bigint;
  readonly leafHash: Uint8Array;
}

/**
 * The leaf hashes of a range, in order, of kept and of pruned entries alike; where the log has
 * neither, a hash of no bytes. Reads them all at once: at most LEAF_WINDOW.
 */
export async function leavesOf(
  { select, ledgerId }: LogReader,
  { start, count }: LeafRange,
): Promise<Uint8Array[]> {
  const rows = await select<LeafRow>(LEAVES, [ledgerId, start + 1, start + count]);
  const leaves = Array.from<Uint8Array>({ length: count }).fill(MISSING);
  for (const { sequence, leafHash } of rows) leaves[Number(sequence) - 1 - start] = leafHash;
  return leaves;
}

const MISSING = new Uint8Array(0);

/** The same for a range of any length, in windows. */
export async function* leafWindows(
  reader: LogReader,
  { start, count }: LeafRange,
): AsyncGenerator<{ readonly start: number; readonly leaves: readonly Uint8Array[] }> {
  const end = start + count;
  for (let at = start; at < end; at += LEAF_WINDOW) {
    const window = { start: at, count: Math.min(LEAF_WINDOW, end - at) };
    yield { start: at, leaves: await leavesOf(reader, window) };
  }
}
