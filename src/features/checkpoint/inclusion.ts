import { InvalidInputError, NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import {
  type Consistency,
  type Inclusion,
  type LogTree,
  logTree,
  proveConsistency,
  proveInclusion,
} from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { treeOfEntries } from '../../ledger/tree-statement.ts';
import { base64 } from './note.ts';

/**
 * Inclusion proofs of the entries with these sequences in the tree of the first `size` entries, in
 * their order, from one reading. Checks no permission. Pruned entries are proved as well.
 * @throws NotFoundError     there is no such log
 * @throws InvalidInputError a sequence or the size lies outside the log
 * @throws LogForkedError    what is stored is not what was recorded
 */
export async function inclusionProofs(
  session: Session,
  organizationId: OrganizationId,
  sequences: readonly number[],
  size: number,
): Promise<Inclusion[]> {
  if (sequences.length === 0) return [];
  const last = Math.max(...sequences);
  if (!Number.isSafeInteger(size) || size < last) {
    requireSize('treeSize', size, last, (await treeOf(session, organizationId)).size);
  }
  const tree = await treeOfEntries(session, organizationId, sequences, size);
  if (!tree) throw new NotFoundError('Organization', organizationId);
  requireSize('treeSize', size, last, tree.size);
  return proveInclusion(tree, sequences, tree.read.leaves, size);
}

/**
 * The proof that the log of `to` entries begins with that of `from`. Checks no permission.
 * @throws NotFoundError     there is no such log
 * @throws InvalidInputError unless 1 <= from <= to <= the log's size
 * @throws LogForkedError    what is stored is not what was recorded
 */
export async function consistency(
  session: Session,
  organizationId: OrganizationId,
  from: number,
  to: number,
): Promise<Consistency> {
  const tree = await treeOf(session, organizationId);
  requireSize('to', to, 1, tree.size);
  requireSize('from', from, 1, to);
  return proveConsistency(tree, from, to);
}

/** An inclusion proof with its checkpoint in one text (C2SP tlog-proof). */
export const tlogProof = ({ leafIndex, hashes }: Inclusion, note: string): string =>
  ['c2sp.org/tlog-proof@v1', `index ${leafIndex}`, ...hashes.map(base64), '', note].join('\n');

async function treeOf(session: Session, organizationId: OrganizationId): Promise<LogTree> {
  const tree = await logTree(session, organizationId);
  if (!tree) throw new NotFoundError('Organization', organizationId);
  return tree;
}

function requireSize(name: string, value: number, from: number, to: number): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  const message = `Must be a whole number from ${from} to ${to}; it is ${value}.`;
  throw new InvalidInputError([{ path: [name], message }]);
}
