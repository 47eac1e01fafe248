import { nodeHash } from './merkle.ts';

/** A perfect subtree: over the leaves from index · 2^level on, 2^level of them. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** The hash of a perfect subtree that was read. */
export type HashOf = (node: TreeNode) => Uint8Array;

/** Something made of the hashes of `nodes`, so that many can be read at once before any is made. */
export interface Derived<T> {
  readonly nodes: readonly TreeNode[];
  readonly derive: (hashOf: HashOf) => T;
}

type Hash = Uint8Array;

/** The root over the first `size` leaves. @throws RangeError unless the size is from 1 to 2^53 - 1 */
export function rootAt(size: number): Derived<Hash> {
  requireWhole(size, 1, Number.MAX_SAFE_INTEGER);
  const parts = perfectParts({ start: 0, count: size });
  return { nodes: parts, derive: (hashOf) => foldParts(parts, hashOf) };
}

/**
 * The inclusion proof of a leaf, nearest sibling first (RFC 6962, section 2.1.1).
 * @throws RangeError unless 0 <= index < size
 */
export function inclusionProof(index: number, size: number): Derived<Hash[]> {
  requireWhole(size, 1, Number.MAX_SAFE_INTEGER);
  requireWhole(index, 0, size - 1);
  return hashesOf(pathRanges(index, size));
}

/**
 * The proof that the tree of `to` leaves begins with that of `from` (RFC 6962, section 2.1.2).
 * @throws RangeError unless 1 <= from <= to; from an empty tree there is nothing to prove
 */
export function consistencyProof(from: number, to: number): Derived<Hash[]> {
  requireWhole(to, 1, Number.MAX_SAFE_INTEGER);
  requireWhole(from, 1, to);
  return hashesOf(from === to ? [] : consistencyRanges(from, to));
}

/** Several at once, over one reading of their nodes, each node named once. */
export function together<T>(each: readonly Derived<T>[]): Derived<T[]> {
  const nodes = new Map(
    each.flatMap((one) => one.nodes).map((node) => [`${node.level}/${node.index}`, node]),
  );
  return {
    nodes: [...nodes.values()],
    derive: (hashOf) => each.map(({ derive }) => derive(hashOf)),
  };
}

/** Leaves that stand side by side. */
interface Range {
  readonly start: number;
  readonly count: number;
}

/** PATH(m, D[n]): the subtrees beside the way from the leaf to the root, lowest first. */
function pathRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let whole: Range = { start: 0, count: size };
  while (whole.count > 1) {
    const [left, right] = halves(whole);
    const isLeft = index < right.start;
    ranges.push(isLeft ? right : left);
    whole = isLeft ? left : right;
  }
  return ranges.reverse();
}

/** SUBPROOF(m, D[n], true); `isWhole` while the part is the tree that the verifier knows. */
function consistencyRanges(from: number, to: number): Range[] {
  const ranges: Range[] = [];
  let part: Range = { start: 0, count: to };
  let isWhole = true;
  while (from !== part.start + part.count) {
    const [left, right] = halves(part);
    const isLeft = from <= right.start;
    ranges.push(isLeft ? right : left);
    part = isLeft ? left : right;
    isWhole &&= isLeft;
  }
  if (!isWhole) ranges.push(part);
  return ranges.reverse();
}

/** Split at the largest power of two below the count, as the tree is. */
function halves({ start, count }: Range): [Range, Range] {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return [
    { start, count: split },
    { start: start + split, count: count - split },
  ];
}

/** The perfect subtrees of a part of the tree, largest first: the ones of its binary count. */
function perfectParts({ start, count }: Range): TreeNode[] {
  const parts: TreeNode[] = [];
  let width = 1;
  let level = 0;
  while (width * 2 <= count) {
    width *= 2;
    level++;
  }
  for (let from = start, rest = count; rest > 0; width /= 2, level--) {
    if (width > rest) continue;
    parts.push({ level, index: from / width });
    from += width;
    rest -= width;
  }
  return parts;
}

const foldParts = (parts: readonly TreeNode[], hashOf: HashOf): Hash =>
  parts.map(hashOf).reduceRight((right, left) => nodeHash(left, right));

function hashesOf(ranges: readonly Range[]): Derived<Hash[]> {
  const each = ranges.map(perfectParts);
  return {
    nodes: each.flat(),
    derive: (hashOf) => each.map((parts) => foldParts(parts, hashOf)),
  };
}

function requireWhole(value: number, from: number, to: number): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`Must be a whole number from ${from} to ${to}, not ${value}.`);
}
