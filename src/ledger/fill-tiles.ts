import type { Transaction } from '../database/database.ts';
import { leavesOf } from './leaves.ts';
import { HASH_BYTES } from './merkle.ts';
import type { LogTree } from './proved.ts';
import type { Session } from './session.ts';
import { TILE_WIDTH } from './tile.ts';
import { perfectRoot } from './tree.ts';
import { unrecorded } from './unrecorded.ts';

/** Tiles of leaves written in one transaction: enough to be quick, few enough to hold up nobody. */
const TILES_A_TIME = 16;

/**
 * Writes the tiles that a log's tree has grown since the last time, some at a time. They are a
 * cache: whoever reads them proves what comes of them. Gives the count of tiles of leaves written.
 */
export async function fillTiles(session: Session, tree: LogTree): Promise<number> {
  const full = Math.floor(tree.size / TILE_WIDTH);
  const before = await tileCount(session, tree.ledgerId);
  let count = before;
  while (count < full) {
    const until = Math.min(full, count + TILES_A_TIME);
    const tiles = await leafTiles(tree, count, until);
    await unrecorded(session, 'a cache of what the log says', (transaction) =>
      addTiles(transaction, tree.ledgerId, count, tiles),
    );
    count = until;
  }
  return count - before;
}

/** Removes every tile of a log, so that they are made anew from its leaves. */
export const forgetTiles = (session: Session, ledgerId: number): Promise<void> =>
  unrecorded(session, 'a cache of what the log says', async (transaction) => {
    await transaction.merkleTile.deleteMany({ where: { ledgerId } });
  });

/** How many tiles of leaves there are; they are written in order. */
async function tileCount({ read }: Pick<Session, 'read'>, ledgerId: number): Promise<number> {
  const last = await read.merkleTile.findFirst({
    where: { ledgerId, level: 0 },
    orderBy: { index: 'desc' },
    select: { index: true },
  });
  return last ? Number(last.index) + 1 : 0;
}

async function leafTiles(tree: LogTree, from: number, until: number): Promise<Uint8Array[][]> {
  const range = { start: from * TILE_WIDTH, count: (until - from) * TILE_WIDTH };
  const leaves = await leavesOf(tree, range);
  return Array.from({ length: until - from }, (_, at) =>
    leaves.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH),
  );
}

/**
 * Writes tiles of one layer, of which there are `from` already, and in the layers above the roots
 * that they complete. Nothing, if another process was there before.
 */
async function addTiles(
  transaction: Transaction,
  ledgerId: number,
  from: number,
  tiles: readonly (readonly Uint8Array[])[],
): Promise<void> {
  if ((await tileCount({ read: transaction }, ledgerId)) !== from) return;
  for (const [at, hashes] of tiles.entries()) {
    const data = { ledgerId, level: 0, index: BigInt(from + at), hashes: joined(hashes) };
    await transaction.merkleTile.create({ data });
  }
  await addRoots(transaction, ledgerId, { level: 1, from, hashes: tiles.map(perfectRoot) });
}

/** Hashes of a layer above the leaves, from the one with index `from` on. */
interface Roots {
  readonly level: number;
  readonly from: number;
  readonly hashes: readonly Uint8Array[];
}

/** Goes on with the tiles of a layer, which may be begun, and with the layer above for each it ends. */
async function addRoots(
  transaction: Transaction,
  ledgerId: number,
  { level, from, hashes }: Roots,
): Promise<void> {
  if (hashes.length === 0) return;
  const index = Math.floor(from / TILE_WIDTH);
  const place = { ledgerId, level, index: BigInt(index) };
  const where = { ledgerId_level_index: place };
  const begun = splitHashes((await transaction.merkleTile.findUnique({ where }))?.hashes);
  // A gap is not filled here: readers work out what a tile lacks, and the doctor makes all anew.
  if (begun.length !== from % TILE_WIDTH) return;
  const here = [...begun, ...hashes].slice(0, TILE_WIDTH);
  const data = { hashes: joined(here) };
  await transaction.merkleTile.upsert({ where, create: { ...place, ...data }, update: data });
  if (here.length < TILE_WIDTH) return;
  const above = { level: level + 1, from: index, hashes: [perfectRoot(here)] };
  await addRoots(transaction, ledgerId, above);
  const rest = hashes.slice(TILE_WIDTH - begun.length);
  await addRoots(transaction, ledgerId, { level, from: (index + 1) * TILE_WIDTH, hashes: rest });
}

const joined = (hashes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.concat(hashes));

const splitHashes = (bytes: Uint8Array = new Uint8Array(0)): Uint8Array[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
