import type { OrganizationId } from '../kernel/ids.ts';
import type { LogReader } from './leaves.ts';
import { LogForkedError } from './log-forked.ts';
import {
  consistencyProof,
  type Derived,
  inclusionProof,
  rootAt,
  type TreeNode,
  together,
} from './proof.ts';
import type { Session } from './session.ts';
import { suspectTiles } from './suspect-tiles.ts';
import { readNodes, type TreeParts } from './tree.ts';
import { verifyConsistency, verifyInclusion } from './verify-proof.ts';

type Hash = Uint8Array;

/** A log's tree as its head says it is. */
export interface LogTree extends LogReader {
  readonly organizationId: OrganizationId;
  /** How many entries there are. */
  readonly size: number;
  readonly root: Hash;
  /** What was read of it together with the head, if more was. */
  readonly read?: TreeParts;
}

interface HeadRow {
  readonly ledgerId: number | bigint;
  readonly size: number | bigint;
  readonly root: Hash;
}

const HEAD = `SELECT "id" AS "ledgerId", "size", "root" FROM "Ledger" WHERE "organizationId" = $1`;

/** The tree of an organization's log; null when there is no such log. */
export async function logTree(
  { select }: Pick<Session, 'select'>,
  organizationId: OrganizationId,
): Promise<LogTree | null> {
  const [head] = await select<HeadRow>(HEAD, [organizationId]);
  if (!head) return null;
  const { ledgerId, size, root } = head;
  return { select, ledgerId: Number(ledgerId), organizationId, size: Number(size), root };
}

/** The proof that an entry stands in the tree of the first `treeSize` entries. */
export interface Inclusion {
  readonly leafIndex: number;
  readonly treeSize: number;
  /** Siblings on the way from the leaf to the root. */
  readonly hashes: readonly Hash[];
  readonly rootHash: Hash;
}

/** The proof that the larger tree begins with the smaller one. */
export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly Hash[];
  readonly fromRoot: Hash;
  readonly toRoot: Hash;
}

/**
 * Inclusion proofs of the entries with these sequences in the tree of the first `size` entries, in
 * their order, from one reading of the tree; `leaves` are what is stored beside them. Each was
 * verified, and that tree was shown to be the beginning of the head's.
 * @throws RangeError unless 1 <= sequence <= size <= tree.size
 * @throws LogForkedError the stored leaves do not lead to the head's root
 */
export async function proveInclusion(
  tree: LogTree,
  sequences: readonly number[],
  leaves: ReadonlyMap<number, Hash>,
  size: number,
): Promise<Inclusion[]> {
  const proofs = together(sequences.map((sequence) => inclusionProof(sequence - 1, size)));
  const derived = await deriveProved(tree, [size], proofs, (all, [rootHash]) =>
    all.map((hashes, at) => {
      const sequence = sequences[at] ?? 0;
      const leaf = leaves.get(sequence) ?? NO_LEAF;
      const claim = { index: BigInt(sequence - 1), size: BigInt(size), leaf };
      if (!rootHash || !verifyInclusion({ ...claim, hashes, root: rootHash })) return null;
      return { leafIndex: sequence - 1, treeSize: size, hashes, rootHash };
    }),
  );
  const unproved = derived.indexOf(null);
  if (unproved >= 0) {
    const sequence = sequences[unproved];
    throw new LogForkedError(`Entry ${sequence} is not the one that was recorded in its place.`);
  }
  return derived.filter((one) => one !== null);
}

const NO_LEAF: Hash = new Uint8Array(0);

/**
 * The proof that the tree of `to` entries begins with that of `from`, and both roots. It was
 * verified, and the larger tree was shown to be the beginning of the head's.
 * @throws RangeError unless 1 <= from <= to <= tree.size
 * @throws LogForkedError the stored leaves do not lead to the head's root
 */
export async function proveConsistency(
  tree: LogTree,
  from: number,
  to: number,
): Promise<Consistency> {
  const [proof] = await deriveProved(
    tree,
    [from, to],
    together([consistencyProof(from, to)]),
    ([hashes = []], [fromRoot, toRoot]) => {
      if (!fromRoot || !toRoot) return [null];
      const claim = { from: BigInt(from), to: BigInt(to), hashes, fromRoot, toRoot };
      return [verifyConsistency(claim) ? { from, to, hashes, fromRoot, toRoot } : null];
    },
  );
  if (!proof) throw notTheHeads(tree);
  return proof;
}

/**
 * The root over the first `size` entries, shown to be the beginning of the head's tree.
 * @throws RangeError unless 1 <= size <= tree.size
 * @throws LogForkedError the stored leaves do not lead to the head's root
 */
export const provedRoot = async (tree: LogTree, size: number): Promise<Hash> =>
  (await proveConsistency(tree, size, size)).fromRoot;

/** Whether the leaves, and nothing but they, lead to the head's root. */
export async function doLeavesLeadToHead(tree: LogTree): Promise<boolean> {
  const { nodes, derive } = rootAt(tree.size);
  try {
    const root = derive(await readNodes(tree, nodes, 'ignored'));
    return Buffer.compare(root, tree.root) === 0;
  } catch (error) {
    if (error instanceof LogForkedError) return false;
    throw error;
  }
}

/**
 * Makes something of the tree at some sizes: from the tiles, and if that does not prove to be what
 * the head says, once more from the leaves alone, so that a damaged cache does no harm; it is then
 * known to be damaged, for the leaves did prove to be what the head says.
 */
async function deriveProved<T, R>(
  tree: LogTree,
  sizes: readonly number[],
  wanted: Derived<T[]>,
  verified: (derived: T[], roots: readonly Hash[]) => readonly (R | null)[],
): Promise<readonly (R | null)[]> {
  const roots = together(sizes.map(rootAt));
  const ends = together(sizes.map((size) => consistencyProof(size, tree.size)));
  const nodes = uniqueNodes([...wanted.nodes, ...roots.nodes, ...ends.nodes]);
  let result: readonly (R | null)[] | null = null;
  for (const tiles of ['cached', 'ignored'] as const) {
    const hashOf = await readNodes(tree, nodes, tiles);
    const found = roots.derive(hashOf);
    const proofs = ends.derive(hashOf);
    const areTheHeads = sizes.every((size, at) => leadsToHead(tree, size, found[at], proofs[at]));
    if (!areTheHeads) continue;
    result = verified(wanted.derive(hashOf), found);
    if (result.includes(null)) continue;
    if (tiles === 'ignored') suspectTiles(tree.organizationId);
    return result;
  }
  if (!result) throw notTheHeads(tree);
  return result;
}

function leadsToHead({ size: to, root }: LogTree, from: number, fromRoot?: Hash, hashes?: Hash[]) {
  if (!fromRoot || !hashes) return false;
  const sizes = { from: BigInt(from), to: BigInt(to) };
  return verifyConsistency({ ...sizes, hashes, fromRoot, toRoot: root });
}

const notTheHeads = ({ organizationId }: LogTree) =>
  new LogForkedError(`The entries of ${organizationId} do not lead to the root of its log.`);

const uniqueNodes = (nodes: readonly TreeNode[]): TreeNode[] => [
  ...new Map(nodes.map((node) => [`${node.level}/${node.index}`, node])).values(),
];
