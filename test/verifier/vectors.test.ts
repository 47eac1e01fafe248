import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConsistent, rootOfInclusion } from '../../verifier/src/merkle.mjs';
import { nodeHasher } from '../../verifier/src/node-platform.mjs';
import { pageHasher } from '../../verifier/src/page-platform.mjs';
import { Sha256 } from '../../verifier/src/sha-256.mjs';

const VECTORS = path.resolve(import.meta.dirname, '../vectors');

const filesIn = (folder: string): string[] =>
  readdirSync(path.join(VECTORS, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(path.join(VECTORS, folder, name), 'utf8'));

/** Numbers beyond 2^53 are rounded by the parser: the verifier refuses what they become. */
const vectorIn = (text: string) => JSON.parse(text);

const hex = (base64: string): string => Buffer.from(base64 ?? '', 'base64').toString('hex');
const hexes = (list: string[] | null): string[] => (list ?? []).map(hex);

const ofHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

interface SignatureGroup {
  readonly publicKey: { readonly pk: string };
  readonly tests: { readonly msg: string; readonly sig: string; readonly result: string }[];
}

const isHash = (text: string): boolean => text.length === 64;

describe.each([
  ['Node', nodeHasher],
  ['the page', pageHasher],
])('with the hashes of %s', (platform, hasher) => {
  const say = (verdicts: readonly { isGood: boolean; wanted: boolean }[], what: string): void => {
    const rightCount = verdicts.filter(({ isGood, wanted }) => isGood === wanted).length;
    process.stdout.write(
      `verifier, ${platform}: ${rightCount} of ${verdicts.length} ${what} judged right\n`,
    );
  };
  const pair = (left: string, right: string) => hasher.hashPair(left, right);

  test('all 98 inclusion proofs of RFC 6962 are judged right, 6 of them good', () => {
    const verdicts = filesIn('rfc6962-merkle/inclusion').map((text) => {
      const { leafIdx, treeSize, root, leafHash, proof, wantErr } = vectorIn(text);
      const hashes = hexes(proof);
      // The pack's form lets nothing but hashes of 32 bytes through to here.
      const isGood =
        [hex(leafHash), ...hashes].every(isHash) &&
        rootOfInclusion(pair, hex(leafHash), leafIdx, treeSize, hashes) === hex(root);
      return { isGood, wanted: !wantErr };
    });
    say(verdicts, 'inclusion proofs of RFC 6962');
    expect(verdicts).toHaveLength(98);
    expect(verdicts.filter(({ isGood, wanted }) => isGood !== wanted)).toEqual([]);
    expect(verdicts.filter(({ isGood }) => isGood)).toHaveLength(6);
  });

  test('all 98 consistency proofs of RFC 6962 are judged right, 6 of them good', () => {
    const verdicts = filesIn('rfc6962-merkle/consistency').map((text) => {
      const { size1, size2, root1, root2, proof, wantErr } = vectorIn(text);
      const hashes = hexes(proof);
      const isGood =
        hashes.every(isHash) &&
        isConsistent(
          pair,
          { size: size1, root: hex(root1) },
          { size: size2, root: hex(root2) },
          hashes,
        );
      return { isGood, wanted: !wantErr };
    });
    say(verdicts, 'consistency proofs of RFC 6962');
    expect(verdicts).toHaveLength(98);
    expect(verdicts.filter(({ isGood, wanted }) => isGood !== wanted)).toEqual([]);
    expect(verdicts.filter(({ isGood }) => isGood)).toHaveLength(6);
  });

  test('all 151 Ed25519 signatures of Wycheproof are judged right, 88 of them good', async () => {
    const { testGroups }: { testGroups: SignatureGroup[] } = JSON.parse(
      readFileSync(path.join(VECTORS, 'wycheproof/ed25519_test.json'), 'utf8'),
    );
    const signatures = testGroups.flatMap(({ publicKey, tests }) =>
      tests.map((one) => ({ ...one, key: publicKey.pk })),
    );
    const verdicts = await Promise.all(
      signatures.map(({ key, msg, sig }) =>
        hasher.verifyEd25519(ofHex(key), ofHex(msg), ofHex(sig)),
      ),
    );
    const judged = signatures.map(({ result }, n) => ({
      isGood: verdicts[n] === true,
      wanted: result === 'valid',
    }));
    say(judged, 'Ed25519 signatures of Wycheproof');
    const wrong = signatures.filter(({ result }, n) => verdicts[n] !== (result === 'valid'));
    expect(wrong).toEqual([]);
    expect([verdicts.length, verdicts.filter(Boolean).length]).toEqual([151, 88]);
  });
});

test("the page's SHA-256 is Node's, however its input is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
      const own = new Sha256();
      const nodes = createHash('sha256');
      for (const part of parts) {
        own.update(part);
        nodes.update(part);
      }
      expect(own.digest()).toBe(nodes.digest('hex'));
    }),
  );
});
