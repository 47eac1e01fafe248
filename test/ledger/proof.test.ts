import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendLeaves, leafHash, nodeHash } from '../../src/ledger/merkle.ts';
import {
  consistencyProof,
  type Derived,
  inclusionProof,
  rootAt,
  together,
} from '../../src/ledger/proof.ts';
import { verifyConsistency, verifyInclusion } from '../../src/ledger/verify-proof.ts';

const VECTORS = new URL('../vectors/rfc6962-merkle/', import.meta.url).pathname;

/** Every vector of a folder; numbers as text, since they reach 2^64 - 1. */
const vectorsIn = (folder: string): [string, Record<string, string>, string[]][] =>
  readdirSync(path.join(VECTORS, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(VECTORS, folder, name), 'utf8');
      const vector = JSON.parse(text.replace(/: (\d+)(,?\n)/g, ': "$1"$2'));
      return [name, vector, vector.proof ?? []];
    });

const bytes = (base64: string | undefined): Uint8Array =>
  new Uint8Array(Buffer.from(base64 ?? '', 'base64'));

describe('the vectors of transparency-dev', () => {
  const inclusion = vectorsIn('inclusion');
  const consistency = vectorsIn('consistency');
  let rightCount = 0;

  test.each(inclusion)('inclusion %s is judged as they say', (_name, vector, proof) => {
    const isIncluded = verifyInclusion({
      leaf: bytes(vector['leafHash']),
      index: BigInt(vector['leafIdx'] ?? ''),
      size: BigInt(vector['treeSize'] ?? ''),
      hashes: proof.map(bytes),
      root: bytes(vector['root']),
    });
    expect(isIncluded).toBe(!vector['wantErr']);
    rightCount += 1;
  });

  test.each(consistency)('consistency %s is judged as they say', (_name, vector, proof) => {
    const isConsistent = verifyConsistency({
      from: BigInt(vector['size1'] ?? ''),
      to: BigInt(vector['size2'] ?? ''),
      hashes: proof.map(bytes),
      fromRoot: bytes(vector['root1']),
      toRoot: bytes(vector['root2']),
    });
    expect(isConsistent).toBe(!vector['wantErr']);
    rightCount += 1;
  });

  test('are 98 and 98, of which those accepted are not none', () => {
    const good = (vectors: typeof inclusion) => vectors.filter(([, { wantErr }]) => !wantErr);
    const count = inclusion.length + consistency.length;
    process.stdout.write(`server: ${rightCount} of ${count} proofs of RFC 6962 judged right\n`);
    expect([rightCount, inclusion.length, consistency.length]).toEqual([196, 98, 98]);
    expect([good(inclusion).length, good(consistency).length]).toEqual([6, 6]);
  });
});

const leaves = Array.from({ length: 300 }, (_, index) => leafHash(`leaf ${index}`));
const NONE = new Uint8Array(0);
const rootOfFirst = (size: number) => appendLeaves(NONE, 0, leaves.slice(0, size)).root;

/** The hash of a perfect subtree, straight from the definition. */
function subtree(level: number, index: number): Uint8Array {
  if (level === 0) return leaves[index] ?? NONE;
  return nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
}

const made = <T>({ nodes, derive }: Derived<T>): T => {
  const known = new Map(nodes.map((n) => [`${n.level}/${n.index}`, subtree(n.level, n.index)]));
  return derive(({ level, index }) => {
    const hash = known.get(`${level}/${index}`);
    if (!hash) throw new Error(`${level}/${index} was not asked for`);
    return hash;
  });
};

const sizes = fc.integer({ min: 1, max: leaves.length });

describe('what is made of the nodes of a tree', () => {
  test('the root is that of appending, at every size', () => {
    for (let size = 1; size <= leaves.length; size++) {
      expect(new Uint8Array(made(rootAt(size)))).toEqual(rootOfFirst(size));
    }
  });

  test('every leaf of every tree up to 65 leaves is proved, and nothing in its place', () => {
    for (let size = 1; size <= 65; size++) {
      const root = rootOfFirst(size);
      for (let index = 0; index < size; index++) {
        const hashes = made(inclusionProof(index, size));
        const claim = { index: BigInt(index), size: BigInt(size), hashes, root };
        expect(verifyInclusion({ ...claim, leaf: leaves[index] ?? NONE })).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leaves[index + 1] ?? NONE })).toBe(false);
        expect(
          verifyInclusion({ ...claim, leaf: leaves[index] ?? NONE, root: leaves[0] ?? NONE }),
        ).toBe(size === 1);
      }
    }
  });

  test('every tree is shown to begin with every smaller one, and with no other', () => {
    fc.assert(
      fc.property(sizes, sizes, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const hashes = made(consistencyProof(from, to));
        const toRoot = rootOfFirst(to);
        const claim = { from: BigInt(from), to: BigInt(to), hashes, toRoot };
        expect(verifyConsistency({ ...claim, fromRoot: rootOfFirst(from) })).toBe(true);
        expect(verifyConsistency({ ...claim, fromRoot: leafHash('another') })).toBe(false);
      }),
    );
  });

  test('many proofs together name each node once, and are the same as each alone', () => {
    const each = Array.from({ length: 100 }, (_, index) => inclusionProof(index + 150, 300));
    const all = together(each);
    const names = all.nodes.map(({ level, index }) => `${level}/${index}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThan(each.flatMap(({ nodes }) => nodes).length / 3);
    expect(made(all)).toEqual(each.map(made));
  });

  test('sizes beyond 32 bits are split exactly', () => {
    const size = 2 ** 52 + 2 ** 33 + 1;
    const { nodes } = inclusionProof(2 ** 52 + 5, size);
    expect(nodes).toContainEqual({ level: 52, index: 0 });
    expect(nodes).toContainEqual({ level: 0, index: 2 ** 52 + 4 });
    expect(nodes.every(({ index }) => Number.isSafeInteger(index))).toBe(true);
  });

  test.each([
    ['the root of nothing', () => rootAt(0)],
    ['a leaf past the tree', () => inclusionProof(3, 3)],
    ['a leaf before the tree', () => inclusionProof(-1, 3)],
    ['half a leaf', () => inclusionProof(0.5, 3)],
    ['consistency from nothing', () => consistencyProof(0, 3)],
    ['consistency back', () => consistencyProof(4, 3)],
    ['a size beyond 2^53', () => rootAt(2 ** 53)],
  ])('%s is refused', (_name, act) => {
    expect(act).toThrow(RangeError);
  });
});
