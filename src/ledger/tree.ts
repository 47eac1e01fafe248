import { type LeafRange, type LogReader, leafWindows } from './leaves.ts';
import { LogForkedError } from './log-forked.ts';
import { HASH_BYTES, nodeHash } from './merkle.ts';
import type { HashOf, TreeNode } from './proof.ts';
import { readTiles, TILE_HEIGHT, TILE_WIDTH, type TileAt, tileKey } from './tile.ts';

/**
 * Reads perfect subtrees of a log's tree: from the tiles where there are any, and for the rest from
 * the leaves; as many statements for many nodes as for one, while the tiles keep up.
 * `tiles: 'ignored'` reads nothing but leaves, every one below the nodes.
 * The hashes are no better than what is stored: whoever uses them proves them against a root.
 * @throws LogForkedError a leaf is missing
 */
export async function readNodes(
  reader: LogReader & { readonly read?: TreeParts },
  nodes: readonly TreeNode[],
  tiles: 'cached' | 'ignored' = 'cached',
): Promise<HashOf> {
  const wanted = nodes.map(hashRowOf);
  const stored = tiles === 'cached' ? await storedParts(reader, tilesOf(wanted)) : NOTHING();
  const lacking = wanted.flatMap((row) => lackingOf(stored, row));
  await addLeaves(reader, stored, rangesOf(lacking.filter(({ layer }) => layer === 0)));
  await addRoots(
    reader,
    stored,
    lacking.filter(({ layer }) => layer > 0),
  );
  return hashesFrom(stored);
}

/** Parts of a tree that were read before its nodes are asked for. */
export interface TreeParts {
  /** The tiles that were looked for, by `tileKey`. */
  readonly places: ReadonlySet<string>;
  /** Those among them that there are. */
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  /** Leaves as they stand beside their entries, by the entries' sequences. */
  readonly leaves: ReadonlyMap<number, Uint8Array>;
}

/** Hashes side by side in one layer of tiles; layer 0 holds the leaves. */
interface HashRow {
  readonly layer: number;
  readonly start: number;
  readonly count: number;
}

/** Makes each node once, however many proofs share it. */
function hashesFrom(stored: Stored): HashOf {
  const made = new Map<string, Uint8Array>();
  const hashOf = ({ level, index }: TreeNode): Uint8Array => {
    if (level % TILE_HEIGHT === 0) return hashAt(stored, level / TILE_HEIGHT, index);
    const key = `${level}/${index}`;
    const below = level - 1;
    const hash =
      made.get(key) ??
      nodeHash(
        hashOf({ level: below, index: 2 * index }),
        hashOf({ level: below, index: 2 * index + 1 }),
      );
    made.set(key, hash);
    return hash;
  };
  return hashOf;
}

/** The stored hashes that a node is made of: always within one tile. */
function hashRowOf({ level, index }: TreeNode): HashRow {
  const count = 2 ** (level % TILE_HEIGHT);
  return { layer: Math.floor(level / TILE_HEIGHT), start: index * count, count };
}

/** The tiles that hold nodes, or what they are made of. */
export const tilesUnder = (nodes: readonly TreeNode[]): TileAt[] => tilesOf(nodes.map(hashRowOf));

const tilesOf = (rows: readonly HashRow[]): TileAt[] => {
  const places = rows.map(({ layer, start }) => ({ layer, index: Math.floor(start / TILE_WIDTH) }));
  return [...new Map(places.map((place) => [tileKey(place), place])).values()];
};

/** What was read: tiles, and hashes that stand in none of them, by `tileKey`. */
interface Stored {
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  readonly others: Map<string, Uint8Array>;
}

const NOTHING = (): Stored => ({ tiles: new Map(), others: new Map() });

/** What was read before, and the tiles that were not looked for then. */
async function storedParts(
  reader: LogReader & { readonly read?: TreeParts },
  places: readonly TileAt[],
): Promise<Stored> {
  const { read } = reader;
  if (!read) return { tiles: await readTiles(reader, places), others: new Map() };
  const more = places.filter((place) => !read.places.has(tileKey(place)));
  const tiles = new Map([...read.tiles, ...(await readTiles(reader, more))]);
  const leaves = Array.from(read.leaves, ([sequence, leaf]) => {
    return [tileKey({ layer: 0, index: sequence - 1 }), leaf] as const;
  });
  return { tiles, others: new Map(leaves) };
}

const tileOf = ({ tiles }: Stored, layer: number, index: number): Uint8Array | undefined =>
  tiles.get(tileKey({ layer, index: Math.floor(index / TILE_WIDTH) }));

/** The part of a row that no tile holds; none or one. */
function lackingOf(stored: Stored, { layer, start, count }: HashRow): HashRow[] {
  const heldTo = Math.floor((tileOf(stored, layer, start)?.length ?? 0) / HASH_BYTES);
  let held = Math.max(0, Math.min(heldTo - (start % TILE_WIDTH), count));
  while (held < count && stored.others.has(tileKey({ layer, index: start + held }))) held++;
  return held === count ? [] : [{ layer, start: start + held, count: count - held }];
}

function hashAt(stored: Stored, layer: number, index: number): Uint8Array {
  const other = stored.others.get(tileKey({ layer, index }));
  if (other) return other;
  const at = (index % TILE_WIDTH) * HASH_BYTES;
  const hash = tileOf(stored, layer, index)?.subarray(at, at + HASH_BYTES);
  if (hash?.length !== HASH_BYTES) throw missingLeaf(index);
  return hash;
}

const missingLeaf = (index: number) =>
  new LogForkedError(`Entry ${index + 1} is missing from the log.`);

/** So close together that reading what lies between costs less than another statement. */
const NEAR = TILE_WIDTH;

/** The leaves to read, those close together at once. */
function rangesOf(rows: readonly HashRow[]): LeafRange[] {
  const ranges: { start: number; count: number }[] = [];
  for (const { start, count } of rows.toSorted((one, other) => one.start - other.start)) {
    const last = ranges.at(-1);
    if (last && start - (last.start + last.count) <= NEAR) {
      last.count = Math.max(last.count, start + count - last.start);
    } else {
      ranges.push({ start, count });
    }
  }
  return ranges;
}

async function addLeaves(
  reader: LogReader,
  { others }: Stored,
  ranges: readonly LeafRange[],
): Promise<void> {
  for (const range of ranges) {
    for await (const { start, leaves } of leafWindows(reader, range)) {
      for (const [offset, leaf] of leaves.entries()) {
        if (leaf.length === HASH_BYTES)
          others.set(tileKey({ layer: 0, index: start + offset }), leaf);
      }
    }
  }
}

/** Works out hashes of higher layers from all the leaves below them, each leaf read once. */
async function addRoots(
  reader: LogReader,
  stored: Stored,
  rows: readonly HashRow[],
): Promise<void> {
  const places = uniquePlaces(rows);
  const above = places.filter(({ layer }) => layer > 1);
  if (above.length > 0) await addRoots(reader, stored, above.map(rowBelow));
  for (const { start, count } of runsOf(places.filter(({ layer }) => layer === 1))) {
    await addLowestRoots(reader, stored, { start, count });
  }
  for (const place of above) {
    const { layer, start, count } = rowBelow(place);
    const hashes = Array.from({ length: count }, (_, at) => hashAt(stored, layer, start + at));
    stored.others.set(tileKey(place), perfectRoot(hashes));
  }
}

const rowBelow = ({ layer, index }: TileAt): HashRow => ({
  layer: layer - 1,
  start: index * TILE_WIDTH,
  count: TILE_WIDTH,
});

const uniquePlaces = (rows: readonly HashRow[]): TileAt[] => {
  const places = rows.flatMap(({ layer, start, count }) =>
    Array.from({ length: count }, (_, at) => ({ layer, index: start + at })),
  );
  return [...new Map(places.map((place) => [tileKey(place), place])).values()];
};

/** Places that follow each other, as ranges. */
function runsOf(places: readonly TileAt[]): LeafRange[] {
  const runs: { start: number; count: number }[] = [];
  for (const { index } of places.toSorted((one, other) => one.index - other.index)) {
    const last = runs.at(-1);
    if (last && last.start + last.count === index) last.count += 1;
    else runs.push({ start: index, count: 1 });
  }
  return runs;
}

/** The hashes of layer 1: the roots over 256 leaves each. */
async function addLowestRoots(
  reader: LogReader,
  { others }: Stored,
  run: LeafRange,
): Promise<void> {
  const range = { start: run.start * TILE_WIDTH, count: run.count * TILE_WIDTH };
  for await (const { start, leaves } of leafWindows(reader, range)) {
    const missing = leaves.findIndex((leaf) => leaf.length !== HASH_BYTES);
    if (missing >= 0) throw missingLeaf(start + missing);
    for (let at = 0; at < leaves.length; at += TILE_WIDTH) {
      const place = { layer: 1, index: (start + at) / TILE_WIDTH };
      others.set(tileKey(place), perfectRoot(leaves.slice(at, at + TILE_WIDTH)));
    }
  }
}

/** The root over a power of two of hashes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [left, right] = hashes;
  if (left && right && hashes.length === 2) return nodeHash(left, right);
  if (left && hashes.length === 1) return left;
  const half = hashes.length / 2;
  return nodeHash(perfectRoot(hashes.slice(0, half)), perfectRoot(hashes.slice(half)));
}
