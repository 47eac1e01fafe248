import { HASH_BYTES, nodeHash } from './merkle.ts';

/** An inclusion proof and what it is to prove. Sizes reach 2^64 - 1, beyond exact numbers. */
export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: bigint;
  readonly size: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the proof shows that the leaf stands at the index of the tree (RFC 9162, section 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, hashes, root }: InclusionClaim): boolean {
  if (index < 0n || index >= size || ![leaf, ...hashes].every(isHash)) return false;
  let hash = leaf;
  const isWholeWay = climb(index, size - 1n, hashes, (sibling, isLeft) => {
    hash = isLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return isWholeWay && isSame(hash, root);
}

/** A consistency proof and what it is to prove. */
export interface ConsistencyClaim {
  readonly from: bigint;
  readonly to: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
}

/**
 * Whether the proof shows that the larger tree begins with the smaller one (RFC 9162, section
 * 2.1.4.2). From an empty tree nothing is shown, so that is false, also between two empty ones.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { from, to, hashes, fromRoot, toRoot } = claim;
  if (from < 1n || from > to) return false;
  if (from === to) return hashes.length === 0 && isSame(fromRoot, toRoot);
  const path = isPowerOfTwo(from) ? [fromRoot, ...hashes] : hashes;
  const [first, ...siblings] = path;
  if (first === undefined || hashes.length === 0 || !path.every(isHash)) return false;
  const skipped = trailingOnes(from - 1n);
  let [small, large] = [first, first];
  const isWholeWay = climb(
    (from - 1n) >> skipped,
    (to - 1n) >> skipped,
    siblings,
    (sibling, isLeft) => {
      if (isLeft) small = nodeHash(sibling, small);
      large = isLeft ? nodeHash(sibling, large) : nodeHash(large, sibling);
    },
  );
  return isWholeWay && isSame(small, fromRoot) && isSame(large, toRoot);
}

/**
 * Goes from a node up to the root, one sibling at a time, told on which side it stands; `last` is
 * the last node of the same level. Whether the siblings were just enough.
 */
function climb(
  node: bigint,
  last: bigint,
  siblings: readonly Uint8Array[],
  meet: (sibling: Uint8Array, isLeft: boolean) => void,
): boolean {
  let [at, end] = [node, last];
  for (const sibling of siblings) {
    if (end === 0n) return false;
    const isLeft = at % 2n === 1n || at === end;
    meet(sibling, isLeft);
    // Without a right neighbour there is nothing to join until the node is a right one itself.
    const risen = isLeft ? trailingZeroes(at) + 1n : 1n;
    [at, end] = [at >> risen, end >> risen];
  }
  return end === 0n;
}

function trailingZeroes(value: bigint): bigint {
  let count = 0n;
  if (value === 0n) return count;
  while ((value >> count) % 2n === 0n) count++;
  return count;
}

const trailingOnes = (value: bigint): bigint => trailingZeroes(value + 1n);

const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;
