import type { LogReader } from './leaves.ts';

/** Hashes in a full tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** Levels of the tree from one layer of tiles to the next. */
export const TILE_HEIGHT = 8;

/** The place of a tile: layer 0 holds the leaves. */
export interface TileAt {
  readonly layer: number;
  readonly index: number;
}

/** Tells the places of tiles apart. */
export const tileKey = ({ layer, index }: TileAt): string => `${layer}/${index}`;

interface TileRow {
  readonly level: number;
  readonly index: number | bigint;
  readonly hashes: Uint8Array;
}

/** How many tiles one statement asks for at most. */
const TILES_AT_ONCE = 256;

/** The stored tiles among these, by `tileKey`; one statement for up to 256. */
export async function readTiles(
  { select, ledgerId }: LogReader,
  places: readonly TileAt[],
): Promise<Map<string, Uint8Array>> {
  const tiles = new Map<string, Uint8Array>();
  for (let at = 0; at < places.length; at += TILES_AT_ONCE) {
    const asked = padded(places.slice(at, at + TILES_AT_ONCE));
    const conditions = asked.map(
      (_, place) =>
        `"ledgerId" = $1 AND "level" = $${2 * place + 2} AND "index" = $${2 * place + 3}`,
    );
    const rows = await select<TileRow>(
      `SELECT "level", "index", "hashes" FROM "MerkleTile" WHERE ${conditions.join(' OR ')}`,
      [ledgerId, ...asked.flatMap(({ layer, index }) => [layer, index])],
    );
    for (const { level, index, hashes } of rows) {
      tiles.set(tileKey({ layer: level, index: Number(index) }), hashes);
    }
  }
  return tiles;
}

/** Repeats the last one up to a power of two, so that statements about many have few texts. */
export function padded<T>(some: readonly T[]): T[] {
  const asked = [...some];
  const last = asked.at(-1);
  while (last && !Number.isInteger(Math.log2(asked.length))) asked.push(last);
  return asked;
}
