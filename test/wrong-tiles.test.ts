import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCheckpointSweep } from '../src/checkpoint-sweep.ts';
import { checkpointFor } from '../src/features/checkpoint/checkpoint.ts';
import { examineTiles } from '../src/features/checkpoint/examine-tiles.ts';
import { inclusionProofs } from '../src/features/checkpoint/inclusion.ts';
import { mendTiles } from '../src/features/checkpoint/mend-tiles.ts';
import type { Signer } from '../src/features/checkpoint/signer.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { fillTiles } from '../src/ledger/fill-tiles.ts';
import { type LogTree, logTree } from '../src/ledger/proved.ts';
import { openSystemSession, type Session } from '../src/ledger/session.ts';
import { bulkLog } from './support/bulk-log.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { testSigner } from './support/evidence-pack.ts';
import { dropGuards } from './support/forked-log.ts';

const SIZE = 900;
const WRONG_TILE = { layer: 0, index: 1 };
const NOT_STOPPED = new AbortController().signal;

let fresh: FreshDatabase;
let session: Session;
let tree: LogTree;

beforeAll(async () => {
  fresh = await freshDatabase();
  session = openSystemSession(fresh.database, systemClock, 'test');
});
afterAll(() => fresh.close());

beforeEach(async () => {
  const { organizationId } = await bulkLog(fresh, SIZE);
  const found = await logTree(session, organizationId);
  if (!found) throw new Error('There is no log.');
  tree = found;
  await fillTiles(session, tree);
});

/** Puts other hashes in the place of a tile of leaves. */
const damage = (hashes = new Uint8Array(256 * 32).fill(7)): Promise<unknown> => {
  const place = { ledgerId: tree.ledgerId, level: 0, index: BigInt(WRONG_TILE.index) };
  return fresh.database.write((transaction) =>
    transaction.merkleTile.update({
      where: { ledgerId_level_index: place },
      data: { hashes: Uint8Array.from(hashes) },
    }),
  );
};

const proveOne = () => inclusionProofs(session, tree.organizationId, [300], SIZE);

test('a wrong tile that a proof meets is told by the doctor, and made anew by the next round of the sweep', async () => {
  const before = await proveOne();
  await damage();
  expect(await examineTiles(tree)).toMatchObject({
    verdict: 'noted',
    text: expect.stringContaining('tile 0/1 is wrong'),
  });
  expect(await mendTiles(session, NOT_STOPPED), 'nobody met it yet').toEqual([]);
  const [proof] = await proveOne();
  expect(proof?.hashes.map((hash) => Buffer.from(hash))).toEqual(
    before[0]?.hashes.map((hash) => Buffer.from(hash)),
  );
  expect(await mendTiles(session, NOT_STOPPED)).toEqual([
    { organizationId: tree.organizationId, wrong: '0/1', count: 3 },
  ]);
  expect(await examineTiles(tree)).toMatchObject({
    verdict: 'sound',
    text: '4 tiles say what the leaves say',
  });
  await proveOne();
  expect(await mendTiles(session, NOT_STOPPED)).toEqual([]);
});

test.each([
  ['cut short', 31],
  ['empty', 0],
])('a tile that is %s does no harm either', async (_name, length) => {
  await damage(new Uint8Array(length));
  await proveOne();
  await mendTiles(session, NOT_STOPPED);
  await proveOne();
});

test('a server that starts finds wrong tiles of every log of which a checkpoint is kept, and logs that', async () => {
  const signer: Signer = testSigner();
  await checkpointFor(session, signer, tree.organizationId);
  await damage();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const stop = startCheckpointSweep(fresh.database, systemClock, pino(sink), signer);
  await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('a stored tile was wrong');
  await stop();
  expect(lines.join('')).toContain(tree.organizationId);
  expect(await examineTiles(tree)).toMatchObject({ verdict: 'sound' });
});

test('leaves that do not lead to the head mend nothing', async () => {
  await damage();
  await proveOne();
  await dropGuards(fresh);
  await fresh.database.write((transaction) =>
    transaction.ledger.update({
      where: { organizationId: tree.organizationId },
      data: { root: new Uint8Array(32).fill(1) },
    }),
  );
  expect(await mendTiles(session, NOT_STOPPED)).toEqual([]);
  expect(await examineTiles(tree)).toMatchObject({ verdict: 'noted' });
});
