import type { OrganizationId } from '../kernel/ids.ts';
import { inclusionProof, rootAt } from './proof.ts';
import type { LogTree } from './proved.ts';
import type { Session } from './session.ts';
import { padded, TILE_WIDTH, TILES_AT_ONCE, type TileAt, tileKey } from './tile.ts';
import { type TreeParts, tilesUnder } from './tree.ts';

/** How many sequences one statement asks for at most. */
export const SEQUENCES_AT_ONCE = 1_024;

/** More layers of tiles than a log of 2^53 entries has above its leaves. */
const LAYERS = 7;

/**
 * Reads a log's head, the leaves of some entries, and the tiles on their ways to the root of the
 * first `size` entries and on to the head's, all in one statement for up to 1,024 entries and 256
 * tiles. What lies beyond is read by whoever needs it. Null when there is no such log.
 * @throws RangeError unless 1 <= sequence <= size
 */
export async function treeOfEntries(
  { select }: Pick<Session, 'select'>,
  organizationId: OrganizationId,
  sequences: readonly number[],
  size: number,
): Promise<(LogTree & { readonly read: TreeParts }) | null> {
  const asked = sequences.slice(0, SEQUENCES_AT_ONCE);
  // The last leaf's way, too: beside it stands what a larger tree adds.
  const ways = [...asked, size].map((sequence) => inclusionProof(sequence - 1, size));
  const nodes = [rootAt(size), ...ways].flatMap((way) => way.nodes);
  const places = tilesUnder(nodes).slice(0, TILES_AT_ONCE);
  const [bound, listed] = [padded(places), padded(asked)];
  const rows = await select<PartRow>(statement(bound.length, listed.length), [
    organizationId,
    ...bound.flatMap(({ layer, index }) => [layer, index]),
    ...listed,
  ]);
  const head = rows.find(({ part }) => part === 'head');
  if (!head) return null;
  const ofHead = edgeOf(Number(head.at));
  const read: TreeParts = {
    places: new Set([...places, ...ofHead].map(tileKey)),
    tiles: new Map(),
    leaves: new Map(),
  };
  for (const { part, level, at, hashes } of rows) {
    if (part === 'tile') read.tiles.set(tileKey({ layer: level, index: Number(at) }), hashes);
    if (part === 'leaf') read.leaves.set(Number(at), hashes);
  }
  const { level: ledgerId, at, hashes: root } = head;
  return { select, organizationId, ledgerId: Number(ledgerId), size: Number(at), root, read };
}

/** The tiles at the right edge of a tree: one of each layer. */
const edgeOf = (size: number): TileAt[] =>
  EDGE.map((layer) => ({ layer, index: Math.floor(size / TILE_WIDTH ** (layer + 1)) }));

const EDGE = Array.from({ length: LAYERS }, (_, layer) => layer);

/** One text for each two powers of two. */
function statement(placeCount: number, sequenceCount: number): string {
  const places = Array.from(
    { length: placeCount },
    (_, at) => `(CAST($${2 * at + 2} AS integer), CAST($${2 * at + 3} AS bigint))`,
  );
  const edge = EDGE.map(
    (layer) => `SELECT ${layer}, "size" / ${TILE_WIDTH ** (layer + 1)} FROM "head"`,
  );
  const list = Array.from({ length: sequenceCount }, (_, at) => `$${2 * placeCount + at + 2}`);
  const leaves = ['AuditLog', 'PrunedLeaf'].flatMap((table) =>
    [
      `IN (${list.join(', ')})`,
      `BETWEEN "size" / ${TILE_WIDTH} * ${TILE_WIDTH} + 1 AND "size"`,
    ].map(
      (where) => `
SELECT 'leaf', 0, "sequence", "leafHash" FROM "head" JOIN "${table}" ON "ledgerId" = "head"."id" AND "sequence" ${where}`,
    ),
  );
  return `
WITH "head" AS (SELECT "id", "size", "root" FROM "Ledger" WHERE "organizationId" = $1),
"place" ("level", "index") AS (VALUES ${places.join(', ')} UNION ${edge.join(' UNION ')})
SELECT 'head' AS "part", "id" AS "level", "size" AS "at", "root" AS "hashes" FROM "head"
UNION ALL
SELECT 'tile', "tile"."level", "tile"."index", "tile"."hashes" FROM "head" JOIN "place" ON true
JOIN "MerkleTile" AS "tile" ON "ledgerId" = "head"."id" AND "tile"."level" = "place"."level" AND "tile"."index" = "place"."index"
UNION ALL${leaves.join('\nUNION ALL')}`;
}

/** A head, with the log's number as its level and its size as its place; a tile; or a leaf. */
interface PartRow {
  readonly part: 'head' | 'tile' | 'leaf';
  readonly level: number;
  readonly at: number | bigint;
  readonly hashes: Uint8Array;
}
