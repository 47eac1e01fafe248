import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { fillTiles, forgetTiles } from '../../src/ledger/fill-tiles.ts';
import { appendLeaves } from '../../src/ledger/merkle.ts';
import {
  type Inclusion,
  type LogTree,
  logTree,
  proveConsistency,
  provedRoot,
  proveInclusion,
} from '../../src/ledger/proved.ts';
import { openSystemSession, type Session } from '../../src/ledger/session.ts';
import { verifyConsistency, verifyInclusion } from '../../src/ledger/verify-proof.ts';
import { bulkLog, growLog } from '../support/bulk-log.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const SIZE = 66_000;
const statements: string[] = [];
let fresh: FreshDatabase;
let session: Session;
let log: Awaited<ReturnType<typeof bulkLog>>;
let tree: LogTree;
let leaves: Uint8Array[];

const leafRows = () =>
  fresh.query<{ leafHash: Uint8Array }>(
    `SELECT "leafHash" FROM "AuditLog" WHERE "ledgerId" = ${log.ledgerId} ORDER BY "sequence"`,
  );

const present = async (): Promise<LogTree> => {
  const found = await logTree(session, log.organizationId);
  if (!found) throw new Error('There is no log.');
  return found;
};

beforeAll(async () => {
  fresh = await freshDatabase({ onQuery: (text) => statements.push(text) });
  session = openSystemSession(fresh.database, systemClock, 'test');
  log = await bulkLog(fresh, SIZE);
  tree = await present();
  leaves = (await leafRows()).map(({ leafHash }) => leafHash);
});
afterAll(() => fresh.close());

const leafOf = (sequence: number) => ({
  sequence,
  leafHash: leaves[sequence - 1] ?? Uint8Array.of(),
});
const prove = (of: LogTree, given: readonly ReturnType<typeof leafOf>[], size: number) => {
  const hashes = new Map(given.map(({ sequence, leafHash }) => [sequence, leafHash]));
  return proveInclusion(of, [...hashes.keys()], hashes, size);
};
const roots = new Map<number, Uint8Array>();
const rootOf = (size: number): Uint8Array => {
  const root = roots.get(size) ?? appendLeaves(Uint8Array.of(), 0, leaves.slice(0, size)).root;
  roots.set(size, root);
  return root;
};

/** As text, since drivers give bytes as Buffers or not. */
const textOf = (proofs: readonly Inclusion[]): string[] =>
  proofs.map(({ leafIndex, treeSize, hashes, rootHash }) =>
    [
      leafIndex,
      treeSize,
      ...[rootHash, ...hashes].map((hash) => Buffer.from(hash).toString('hex')),
    ].join(' '),
  );

/** Sequences and sizes around the edges of tiles of both layers. */
const EDGES = [1, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 65_792, 65_999, SIZE];

async function expectProved(sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const sequences = EDGES.filter((sequence) => sequence <= size);
    const proofs = await prove(tree, sequences.map(leafOf), size);
    const root = rootOf(size);
    for (const [at, { leafIndex, hashes, rootHash }] of proofs.entries()) {
      expect(Buffer.compare(rootHash, root)).toBe(0);
      const leaf = leaves[leafIndex] ?? Uint8Array.of();
      const claim = { index: BigInt(leafIndex), size: BigInt(size), hashes, leaf, root };
      expect([sequences[at], verifyInclusion(claim)]).toEqual([leafIndex + 1, true]);
    }
  }
}

const asksTiles = () => statements.filter((text) => text.includes('MerkleTile')).length;
const asksLeaves = () => statements.filter((text) => text.includes('"leafHash" FROM')).length;

describe('a log without tiles', () => {
  test('proves every entry from its leaves', () => expectProved([300, SIZE]));
});

describe('a log with tiles', () => {
  beforeAll(async () => {
    expect(await fillTiles(session, tree)).toBe(Math.floor(SIZE / 256));
  });

  test('proves every entry, and shows that it began as it was', async () => {
    await expectProved([256, 300, 65_536, 65_537, SIZE]);
    for (const from of EDGES) {
      const { hashes, fromRoot, toRoot } = await proveConsistency(tree, from, SIZE);
      const claim = { from: BigInt(from), to: BigInt(SIZE), hashes, fromRoot, toRoot };
      expect([from, verifyConsistency(claim)]).toEqual([from, true]);
      expect(Buffer.compare(fromRoot, rootOf(from))).toBe(0);
    }
  });

  test('has tiles as C2SP cuts them: 257 of leaves, two above, one on top', async () => {
    const rows = await fresh.query<{ level: number; count: number | bigint }>(
      `SELECT "level", count(*) AS "count" FROM "MerkleTile" GROUP BY "level" ORDER BY "level"`,
    );
    expect(rows.map(({ level, count }) => [level, Number(count)])).toEqual([
      [0, 257],
      [1, 2],
      [2, 1],
    ]);
  });

  test('reads as much for a page of 100 proofs as for one', async () => {
    const counts: number[][] = [];
    for (const count of [1, 100]) {
      statements.length = 0;
      const sequences = Array.from({ length: count }, (_, at) => leafOf(40_000 + at));
      await prove(tree, sequences, SIZE);
      counts.push([asksTiles(), asksLeaves(), statements.length]);
    }
    expect(counts).toEqual([
      [1, 1, 2],
      [1, 1, 2],
    ]);
  });

  test('grows its tiles, and proves what they do not hold yet', async () => {
    await growLog(fresh, log.organizationId, 700);
    leaves = (await leafRows()).map(({ leafHash }) => leafHash);
    tree = await present();
    const before = await prove(tree, [leafOf(1), leafOf(66_300)], 66_700);
    expect(await fillTiles(session, tree)).toBe(3);
    expect(await fillTiles(session, tree)).toBe(0);
    const after = await prove(tree, [leafOf(1), leafOf(66_300)], 66_700);
    expect(textOf(after)).toEqual(textOf(before));
  });

  test('a damaged tile does no harm: the proof comes from the leaves', async () => {
    const wrong = new Uint8Array(256 * 32).fill(7);
    await fresh.database.write((transaction) =>
      transaction.merkleTile.update({
        where: { ledgerId_level_index: { ledgerId: log.ledgerId, level: 0, index: 3n } },
        data: { hashes: wrong },
      }),
    );
    const sequences = [leafOf(3 * 256 + 5)];
    const damaged = textOf(await prove(tree, sequences, tree.size));
    await forgetTiles(session, log.ledgerId);
    expect(textOf(await prove(tree, sequences, tree.size))).toEqual(damaged);
    await fillTiles(session, tree);
    expect(textOf(await prove(tree, sequences, tree.size))).toEqual(damaged);
  });

  test('an entry with another leaf than was recorded is not proved', async () => {
    const changed = { sequence: 5, leafHash: new Uint8Array(32).fill(9) };
    await expect(prove(tree, [leafOf(4), changed], tree.size)).rejects.toThrow(
      'Entry 5 is not the one that was recorded',
    );
  });

  test('a head that the leaves do not lead to proves nothing', async () => {
    const lying = { ...tree, root: new Uint8Array(32).fill(1) };
    await expect(provedRoot(lying, 100)).rejects.toMatchObject({ code: 'LOG_FORKED' });
    await expect(prove(lying, [leafOf(1)], 100)).rejects.toMatchObject({
      code: 'LOG_FORKED',
    });
  });
});
