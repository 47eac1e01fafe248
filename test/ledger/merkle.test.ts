import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendLeaves, EMPTY_ROOT, leafHash, nodeHash, rootOf } from '../../src/ledger/merkle.ts';

interface ReferenceTree {
  leafInputsHex: string[];
  nodeHashesHex: string[][];
  rootHashesHexByTreeSize: string[];
}

const reference: ReferenceTree = JSON.parse(
  readFileSync(new URL('../vectors/rfc6962-merkle/reference-tree.json', import.meta.url), 'utf8'),
);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const NONE = new Uint8Array(0);

/** MTH of RFC 6962, section 2.1, word for word and by another hash interface. */
function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  const sha = createHash('sha256');
  const [only] = leaves;
  if (only === undefined) return sha.digest();
  if (leaves.length === 1) return Buffer.from(only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha
    .update(Buffer.of(1))
    .update(naiveRoot(leaves.slice(0, split)))
    .update(naiveRoot(leaves.slice(split)))
    .digest();
}

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(`leaf ${index}`));

describe('the reference tree of transparency-dev', () => {
  const leaves = reference.leafInputsHex.map((input) => leafHash(bytes(input)));

  test('has these leaf hashes', () => {
    expect(leaves.map(hex)).toEqual(reference.nodeHashesHex[0]);
  });

  test('has these hashes on every level above', () => {
    const built = [leaves];
    for (let level = leaves; level.length > 1; built.push(level)) {
      level = Array.from({ length: level.length / 2 }, (_, index) =>
        nodeHash(level[2 * index] ?? NONE, level[2 * index + 1] ?? NONE),
      );
    }
    expect(built.map((level) => level.map(hex))).toEqual(reference.nodeHashesHex);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('has this root at size %i', (size) => {
    const tree = appendLeaves(NONE, 0, leaves.slice(0, size));
    expect(tree.size).toBe(size);
    expect(hex(tree.root)).toBe(reference.rootHashesHexByTreeSize[size]);
  });
});

test('a leaf of text is the leaf of its UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (body) => {
      const expected = createHash('sha256').update('\0').update(body, 'utf8').digest('hex');
      expect(hex(leafHash(body))).toBe(expected);
      expect(hex(leafHash(new TextEncoder().encode(body)))).toBe(expected);
    }),
  );
});

test('the root is the recursive definition at every size up to 300', () => {
  const leaves = leavesOf(300);
  let tree = appendLeaves(NONE, 0, []);
  for (const [index, leaf] of leaves.entries()) {
    expect(hex(tree.root)).toBe(hex(naiveRoot(leaves.slice(0, index))));
    tree = appendLeaves(tree.frontier, tree.size, [leaf]);
    expect(hex(rootOf(tree.frontier, tree.size))).toBe(hex(tree.root));
  }
});

test('any batching gives the same frontier, size and root', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 12 }), (batches) => {
      const leaves = leavesOf(batches.reduce((sum, count) => sum + count, 0));
      const whole = appendLeaves(NONE, 0, leaves);
      let tree = appendLeaves(NONE, 0n, []);
      for (const count of batches) {
        const next = leaves.slice(tree.size, tree.size + count);
        tree = appendLeaves(tree.frontier, BigInt(tree.size), next);
      }
      expect(tree).toEqual(whole);
      expect(hex(tree.root)).toBe(hex(naiveRoot(leaves)));
    }),
  );
});

test('the frontier holds the roots of the perfect subtrees, largest first', () => {
  const leaves = leavesOf(11);
  const { frontier } = appendLeaves(NONE, 0, leaves);
  expect(hex(frontier)).toBe(
    [leaves.slice(0, 8), leaves.slice(8, 10), leaves.slice(10)].map(naiveRoot).map(hex).join(''),
  );
});

test('the empty tree has the hash of nothing for a root', () => {
  expect(hex(EMPTY_ROOT)).toBe(createHash('sha256').digest('hex'));
  expect(hex(rootOf(NONE, 0))).toBe(hex(EMPTY_ROOT));
});

test('appending leaves what it was given as it was, and gives bytes of its own', () => {
  const leaves = leavesOf(3);
  const before = appendLeaves(NONE, 0, leaves);
  const frontier = new Uint8Array(before.frontier);
  const after = appendLeaves(frontier, 3, leavesOf(1));
  expect(frontier).toEqual(before.frontier);
  expect(leaves).toEqual(leavesOf(3));
  expect(after.root.buffer.byteLength).toBe(32);
  expect(after.frontier.buffer.byteLength).toBe(32);
});

test('the largest size can be reached and not passed', () => {
  const last = 2 ** 53 - 2;
  const frontier = new Uint8Array(Buffer.concat(leavesOf(52)));
  const full = appendLeaves(frontier, last, leavesOf(1));
  expect(full.size).toBe(Number.MAX_SAFE_INTEGER);
  expect(full.frontier.length).toBe(53 * 32);
  expect(() => appendLeaves(frontier, last, leavesOf(2))).toThrow(RangeError);
});

test('sizes beyond 32 bits carry: the leaf that completes 2^40 leaves one subtree', () => {
  const frontier = new Uint8Array(Buffer.concat(leavesOf(40)));
  const full = appendLeaves(frontier, 2 ** 40 - 1, leavesOf(1));
  const root = leavesOf(40).reduceRight((right, left) => nodeHash(left, right), leafHash('leaf 0'));
  expect(hex(full.frontier)).toBe(hex(root));
  expect(hex(full.root)).toBe(hex(root));
});

test.each([
  ['a frontier of another size', () => appendLeaves(leafHash('a'), 3, [])],
  ['a frontier cut short', () => rootOf(leafHash('a').subarray(1), 1)],
  ['a leaf of 31 bytes', () => appendLeaves(NONE, 0, [new Uint8Array(31)])],
  ['a node of 33 bytes', () => nodeHash(new Uint8Array(33), leafHash('a'))],
  ['a negative size', () => rootOf(NONE, -1)],
  ['half a leaf', () => rootOf(NONE, 0.5)],
  ['a size beyond 2^53', () => rootOf(NONE, 2n ** 60n)],
])('%s is refused', (_, act) => {
  expect(act).toThrow(RangeError);
});
