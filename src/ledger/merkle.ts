import { hash } from 'node:crypto';
import { sha256 } from './sha-256.ts';

/** Bytes of one leaf, node or root. */
export const HASH_BYTES = 32;

/** A Merkle tree (RFC 6962, section 2.1) with everything forgotten that appending does not need. */
export interface CompactTree {
  /** Roots of the perfect subtrees, largest first, 32 bytes each, end to end. */
  readonly frontier: Uint8Array<ArrayBuffer>;
  /** Count of leaves. */
  readonly size: number;
  /** Root over all leaves. */
  readonly root: Uint8Array<ArrayBuffer>;
}

/** SHA-256(0x00 || body); text is hashed as UTF-8 and must be well-formed. */
export function leafHash(body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return sha256(`\0${body}`);
  const prefixed = new Uint8Array(body.length + 1);
  prefixed.set(body, 1);
  return sha256(prefixed);
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  requireHash(left);
  requireHash(right);
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

/** The root of the tree with no leaves: the SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array<ArrayBuffer> = sha256('');

/**
 * The tree after appending leaf hashes in order; the same however they are split into batches.
 *
 * @throws RangeError when the frontier does not belong to a tree of `size` leaves, a leaf is not
 * 32 bytes, or the size would pass 2^53 - 1.
 */
export function appendLeaves(
  frontier: Uint8Array,
  size: number | bigint,
  leaves: readonly Uint8Array[],
): CompactTree {
  const stack = openFrontier(frontier, size);
  let count = Number(size);
  requireSize(count + leaves.length);
  for (const leaf of leaves) {
    requireHash(leaf);
    stack.bytes.set(leaf, stack.length * HASH_BYTES);
    stack.length++;
    for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2) mergeTop(stack);
    count++;
  }
  return {
    frontier: new Uint8Array(stack.bytes.subarray(0, stack.length * HASH_BYTES)),
    size: count,
    root: foldToRoot(stack),
  };
}

/**
 * The root over the first `size` leaves.
 *
 * @throws RangeError when the frontier does not belong to a tree of `size` leaves.
 */
export const rootOf = (frontier: Uint8Array, size: number | bigint): Uint8Array<ArrayBuffer> =>
  foldToRoot(openFrontier(frontier, size));

/** Subtree roots, largest first; room for the 53 of the largest size, and one leaf more. */
interface Stack {
  readonly bytes: Buffer;
  length: number;
}

function openFrontier(frontier: Uint8Array, size: number | bigint): Stack {
  const count = Number(size);
  requireSize(count);
  const length = perfectSubtreeCount(count);
  if (frontier.length !== length * HASH_BYTES) {
    throw new RangeError(
      `A tree of ${count} leaves has a frontier of ${length * HASH_BYTES} bytes, not ${frontier.length}.`,
    );
  }
  const bytes = Buffer.allocUnsafe(54 * HASH_BYTES);
  bytes.set(frontier);
  return { bytes, length };
}

/** Replaces the last two subtree roots by their parent. */
function mergeTop(stack: Stack): void {
  const left = (stack.length - 2) * HASH_BYTES;
  stack.bytes.copy(pair, 1, left, left + 2 * HASH_BYTES);
  stack.bytes.write(hash('sha256', pair, 'binary'), left, 'binary');
  stack.length--;
}

function foldToRoot(stack: Stack): Uint8Array<ArrayBuffer> {
  if (stack.length === 0) return new Uint8Array(EMPTY_ROOT);
  while (stack.length > 1) mergeTop(stack);
  return new Uint8Array(stack.bytes.subarray(0, HASH_BYTES));
}

/** How many ones the binary form of a size has. */
function perfectSubtreeCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function requireSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`A tree has from 0 to 2^53 - 1 leaves, not ${size}.`);
  }
}

function requireHash(bytes: Uint8Array): void {
  if (bytes.length !== HASH_BYTES) {
    throw new RangeError(`A hash has ${HASH_BYTES} bytes, not ${bytes.length}.`);
  }
}
