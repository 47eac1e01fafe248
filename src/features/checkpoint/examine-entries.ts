import { sealOf } from '../../ledger/entry-seal.ts';
import type { LogTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import type { Finding } from './finding.ts';
import { canonicalBody, SEAL_COLUMNS, type SealRow } from './seal.ts';

/** Entries read at once. */
const AT_ONCE = 1_000;

/** An entry with all that its leaf and its commitments are made of. */
interface EntryRow extends SealRow {
  /** Space-separated, what erasure took out; null = nothing. */
  readonly erased: string | null;
}

const COLUMNS = [...SEAL_COLUMNS, 'erased'] satisfies (keyof EntryRow)[];

const PAGE = `SELECT ${COLUMNS.map((column) => `"${column}"`).join(', ')} FROM "AuditLog"
WHERE "ledgerId" = $1 AND "sequence" > $2 ORDER BY "sequence" LIMIT ${AT_ONCE}`;

/** Makes every leaf and commitment anew from the columns of its entry; names the first that differs. */
export async function examineEntries(session: Session, tree: LogTree): Promise<Finding> {
  let [count, erasedCount] = [0, 0];
  for await (const rows of pagesOf(session, tree)) {
    for (const row of rows) {
      const problem = problemOf(row, canonicalBody(tree.organizationId, row));
      if (problem) return { verdict: 'broken', text: `entry ${row.sequence}: ${problem}` };
    }
    count += rows.length;
    erasedCount += rows.filter(({ erased }) => erased !== null).length;
  }
  const text = `${count} entries give their leaves (${erasedCount} with parts that were erased)`;
  return { verdict: 'sound', text };
}

async function* pagesOf({ select }: Session, { ledgerId }: LogTree): AsyncGenerator<EntryRow[]> {
  for (let last = 0; ; ) {
    const rows = await select<EntryRow>(PAGE, [ledgerId, last]);
    yield rows;
    if (rows.length < AT_ONCE) return;
    last = Number(rows.at(-1)?.sequence);
  }
}

/** Parts of the body in clear that erasure may have taken: the leaf cannot be made without them. */
const OF_THE_BODY = ['ACTION', 'ACTOR_ID', 'RESOURCE_TYPE', 'RESOURCE_UID'];

function problemOf(row: EntryRow, body: string | null): string | null {
  const erased = (row.erased ?? '').split(' ');
  const isWhole = body !== null || OF_THE_BODY.some((part) => erased.includes(part));
  if (!isWhole) return 'its leaf is of something else';
  const { actorCommitment: actor, contentCommitment: content } = row;
  // Then the leaf was of what stands there now, and has spoken for all of it.
  if (body !== null && actor === null && content === null) return null;
  const anew = sealOf({ ...row, actorCommitment: null, contentCommitment: null });
  const madeActor = anew.actorSalt && anew.actorCommitment;
  const madeContent = anew.contentSalt && anew.contentCommitment;
  if (!isKept(madeActor, actor, erased.includes('ACTOR'))) return 'its actor was altered';
  return isKept(madeContent, content, erased.includes('CONTENT'))
    ? null
    : 'its details, changes or metadata were altered';
}

/**
 * Whether a commitment that is stored, if one is, is to what stands there; without a salt, whether
 * erasure took that, and left the commitment.
 */
const isKept = (made: Uint8Array | null, stored: Uint8Array | null, isErased: boolean): boolean =>
  made ? stored === null || Buffer.compare(made, stored) === 0 : isErased && stored !== null;
