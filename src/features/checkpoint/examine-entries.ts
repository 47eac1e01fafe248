import {
  type ActorDisclosure,
  actorCommitment,
  type ContentDisclosure,
  contentCommitment,
} from '../../ledger/entry-body.ts';
import type { LogTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import type { Finding } from './finding.ts';
import { canonicalBody, SEAL_COLUMNS, type SealRow } from './seal.ts';

/** Entries read at once. */
const AT_ONCE = 1_000;

/** An entry with all that its leaf and its commitments are made of. */
interface EntryRow extends SealRow, Omit<ActorDisclosure, 'name'>, ContentDisclosure {
  readonly actorName: string | null;
  readonly actorSalt: Uint8Array | null;
  readonly contentSalt: Uint8Array | null;
  /** Space-separated, what erasure took out; null = nothing. */
  readonly erased: string | null;
}

const COLUMNS = [
  ...SEAL_COLUMNS,
  ...(['email', 'actorName', 'ip', 'userAgent', 'requestId', 'actorSalt'] as const),
  ...(['details', 'changes', 'metadata', 'contentSalt', 'erased'] as const),
] satisfies (keyof EntryRow)[];

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
  const { actorSalt, contentSalt, actorName: name } = row;
  const actor = actorSalt && actorCommitment({ ...row, name }, actorSalt);
  const content = contentSalt && contentCommitment(row, contentSalt);
  if (!isKept(actor, row.actorCommitment, erased.includes('ACTOR'))) return 'its actor was altered';
  return isKept(content, row.contentCommitment, erased.includes('CONTENT'))
    ? null
    : 'its details, changes or metadata were altered';
}

/** Whether a commitment is to what stands there; without a salt, whether erasure took it. */
const isKept = (made: Uint8Array | null, stored: Uint8Array, isErased: boolean): boolean =>
  made ? Buffer.compare(made, stored) === 0 : isErased;
