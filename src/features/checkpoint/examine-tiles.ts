import { leavesOf } from '../../ledger/leaves.ts';
import { HASH_BYTES } from '../../ledger/merkle.ts';
import type { LogTree } from '../../ledger/proved.ts';
import { readTiles, TILE_WIDTH, type TileAt, tileKey } from '../../ledger/tile.ts';
import { perfectRoot } from '../../ledger/tree.ts';
import type { Finding } from './finding.ts';

/** Tiles compared at once. */
const AT_ONCE = 16;

/** Compares every stored tile with the leaves, or the tiles below it. */
export async function examineTiles(tree: LogTree): Promise<Finding> {
  const { wrong, count } = await compareTiles(tree);
  if (wrong) return wrongTile(wrong);
  return { verdict: 'sound', text: `${count} tiles say what the leaves say` };
}

/** The first stored tile that does not say what the leaves say, and how many were looked at before it. */
export async function compareTiles(
  tree: LogTree,
): Promise<{ readonly wrong: TileAt | null; readonly count: number }> {
  let count = 0;
  for (let layer = 0, below = tree.size; below >= 1; layer++) {
    const width = Math.ceil(below / TILE_WIDTH);
    for (let from = 0; from < width; from += AT_ONCE) {
      const places = Array.from({ length: Math.min(AT_ONCE, width - from) }, (_, at) => ({
        layer,
        index: from + at,
      }));
      const tiles = await readTiles(tree, places);
      const wrong = await firstWrong(tree, places, tiles);
      if (wrong) return { wrong, count };
      count += tiles.size;
    }
    below = Math.floor(below / TILE_WIDTH);
  }
  return { wrong: null, count };
}

const wrongTile = (place: TileAt): Finding => ({
  verdict: 'noted',
  text: `tile ${tileKey(place)} is wrong; proofs are made from the leaves meanwhile. A server makes all anew at its start, and when a proof meets it; at once: npm run rebuild-tiles`,
});

async function firstWrong(
  tree: LogTree,
  places: readonly TileAt[],
  tiles: ReadonlyMap<string, Uint8Array>,
): Promise<TileAt | undefined> {
  for (const place of places) {
    const stored = tiles.get(tileKey(place));
    if (!stored) continue;
    const expected = await hashesBelow(tree, place, stored.length / HASH_BYTES);
    if (!expected || Buffer.compare(stored, Buffer.concat(expected)) !== 0) return place;
  }
  return undefined;
}

/** What a tile must hold: leaves, or the roots of the tiles below it; null when those lack. */
async function hashesBelow(tree: LogTree, { layer, index }: TileAt, count: number) {
  const start = index * TILE_WIDTH;
  if (layer === 0) return leavesOf(tree, { start, count });
  const below = Array.from({ length: count }, (_, at) => ({ layer: layer - 1, index: start + at }));
  const tiles = await readTiles(tree, below);
  const roots = below.map((place) => rootOfTile(tiles.get(tileKey(place))));
  return roots.includes(null) ? null : roots.filter((root) => root !== null);
}

function rootOfTile(hashes: Uint8Array | undefined): Uint8Array | null {
  if (hashes?.length !== TILE_WIDTH * HASH_BYTES) return null;
  return perfectRoot(
    Array.from({ length: TILE_WIDTH }, (_, at) =>
      hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
    ),
  );
}
