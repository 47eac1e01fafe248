/**
 * RFC 6962 trees, by the algorithms of RFC 9162 (sections 2.1.3.2 and 2.1.4.2). Hashes are texts of
 * 64 hex digits; `hashPair(left, right)` is SHA-256(0x01 || left || right). Sizes are whole numbers
 * up to 2^53 - 1: whatever is larger is refused.
 */

/** The root of the tree with no leaves: the SHA-256 of nothing. */
export const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The root that an inclusion proof leads to, or null when it cannot be one for that place.
 * @param {(left: string, right: string) => string} hashPair
 * @param {string} leaf
 * @param {number} index
 * @param {number} size
 * @param {readonly string[]} proof
 */
export function rootOfInclusion(hashPair, leaf, index, size, proof) {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index)) return null;
  if (index < 0 || index >= size) return null;
  let hash = leaf;
  const isWholeWay = climb(index, size - 1, proof, (sibling, isLeft) => {
    hash = isLeft ? hashPair(sibling, hash) : hashPair(hash, sibling);
  });
  return isWholeWay ? hash : null;
}

/**
 * Whether a proof shows that the first tree is the beginning of the second.
 * @param {(left: string, right: string) => string} hashPair
 * @param {{size: number, root: string}} first
 * @param {{size: number, root: string}} second
 * @param {readonly string[]} proof
 */
export function isConsistent(hashPair, first, second, proof) {
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size)) return false;
  // A proof from the empty tree would say nothing.
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  if (proof.length === 0) return false;
  const roots = rootsOfConsistency(hashPair, first, second, proof);
  return roots !== null && roots[0] === first.root && roots[1] === second.root;
}

function rootsOfConsistency(hashPair, first, second, proof) {
  // The lowest subtree that ends where the first tree does.
  const width = risenBy(first.size) / 2;
  const node = first.size / width - 1;
  // Of a perfect first tree, its own root is where the proof begins.
  const [start, ...path] = node === 0 ? [first.root, ...proof] : proof;
  let [older, newer] = [start, start];
  const last = Math.floor((second.size - 1) / width);
  const isWholeWay = climb(node, last, path, (sibling, isLeft) => {
    if (isLeft) older = hashPair(sibling, older);
    newer = isLeft ? hashPair(sibling, newer) : hashPair(newer, sibling);
  });
  return isWholeWay ? [older, newer] : null;
}

/**
 * Goes from a node up to the root, one sibling at a time, told on which side it stands; `end` is the
 * last node of the same level. Whether the siblings were just enough.
 */
function climb(index, end, siblings, meet) {
  let [node, last] = [index, end];
  for (const sibling of siblings) {
    if (last === 0) return false;
    const isLeft = node % 2 === 1 || node === last;
    meet(sibling, isLeft);
    // Without a right neighbour there is nothing to join until the node is a right one itself.
    const width = isLeft ? risenBy(node) : 2;
    node = Math.floor(node / width);
    last = Math.floor(last / width);
  }
  return last === 0;
}

/** Twice the largest power of two that divides the number. */
function risenBy(number) {
  let width = 2;
  while (number % width === 0) width *= 2;
  return width;
}

/** @param {number} value */
const half = (value) => Math.floor(value / 2);

/** A tree that grows leaf by leaf and keeps only the roots of its perfect subtrees. */
export class GrowingTree {
  /** @param {(left: string, right: string) => string} hashPair */
  constructor(hashPair) {
    this.hashPair = hashPair;
    /** @type {string[]} */
    this.stack = [];
    this.size = 0;
  }

  /** @param {string} leaf */
  append(leaf) {
    let hash = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = half(rest)) {
      hash = this.hashPair(this.stack.pop(), hash);
    }
    this.stack.push(hash);
    this.size += 1;
  }

  root() {
    return this.stack.length === 0
      ? EMPTY_ROOT
      : this.stack.reduceRight((right, left) => this.hashPair(left, right));
  }
}
