import type { Provider } from '../database/database.ts';
import { numberRows, rowsOf } from '../database/dialect.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { inclusionProof, rootAt } from './proof.ts';
import type { LogTree } from './proved.ts';
import type { Session } from './session.ts';
import { TILE_WIDTH, tileKey } from './tile.ts';
import { type TreeParts, tilesUnder } from './tree.ts';

/** More layers of tiles than a log of 2^53 entries has above its leaves. */
const LAYERS = 7;

/** The tiles at the right edge of the head's tree: by how many entries each of a layer is over. */
const EDGE = Array.from({ length: LAYERS }, (_, level) => ({
  level,
  entries: TILE_WIDTH ** (level + 1),
}));

/**
 * Reads a log's head, the leaves of some entries, and the tiles on their ways to the root of the
 * first `size` entries and on to the head's, all in one statement. Null when there is no such log.
 * @throws RangeError unless 1 <= sequence <= size
 */
export async function treeOfEntries(
  { select, provider }: Pick<Session, 'select' | 'provider'>,
  organizationId: OrganizationId,
  sequences: readonly number[],
  size: number,
): Promise<(LogTree & { readonly read: TreeParts }) | null> {
  // The last leaf's way, too: beside it stands what a larger tree adds.
  const ways = [...sequences, size].map((sequence) => inclusionProof(sequence - 1, size));
  const places = tilesUnder([rootAt(size), ...ways].flatMap((way) => way.nodes));
  const asked = [...places.map(({ layer, index }) => ({ level: layer, index })), ...EDGE];
  const rows = await select<PartRow>(STATEMENTS[provider], [
    organizationId,
    JSON.stringify(asked),
    sequences.join(','),
  ]);
  const head = rows.find(({ part }) => part === 'head');
  if (!head) return null;
  const { level: ledgerId, at, hashes: root } = head;
  if (!root) throw new TypeError('A log has a root.');
  return {
    select,
    organizationId,
    ledgerId: Number(ledgerId),
    size: Number(at),
    root,
    read: partsOf(rows),
  };
}

function partsOf(rows: readonly PartRow[]): TreeParts {
  const read = { places: new Set<string>(), tiles: new Map(), leaves: new Map() };
  for (const { part, level, at, hashes } of rows) {
    const key = tileKey({ layer: Number(level), index: Number(at) });
    if (part === 'tile') read.places.add(key);
    if (part === 'tile' && hashes) read.tiles.set(key, hashes);
    if (part === 'leaf' && hashes) read.leaves.set(Number(at), hashes);
  }
  return read;
}

/** What keeps the leaves, of entries that stand and of pruned ones. */
const TABLES = ['AuditLog', 'PrunedLeaf'] as const;

/**
 * Each tile and each leaf is looked up by its place alone: joined to a list of places, all the
 * tiles of a log would be read.
 */
const statementFor = (provider: Provider): string => `
WITH "head" AS (SELECT "id", "size", "root" FROM "Ledger" WHERE "organizationId" = $1),
"place" AS (
  SELECT "head"."id", "row"."level", COALESCE("row"."index", "size" / "row"."entries") AS "index"
  FROM "head", ${rowsOf(provider, '$2', { level: 'int8', index: 'int8', entries: 'int8' })}
)
SELECT 'head' AS "part", "id" AS "level", "size" AS "at", "root" AS "hashes" FROM "head"
UNION ALL
SELECT 'tile', "level", "index", (
  SELECT "hashes" FROM "MerkleTile" AS "tile"
  WHERE "tile"."ledgerId" = "place"."id" AND "tile"."level" = "place"."level" AND "tile"."index" = "place"."index"
) FROM "place"
UNION ALL
SELECT 'leaf', 0, "value", COALESCE(
  (SELECT "leafHash" FROM "AuditLog" WHERE "ledgerId" = "sought"."id" AND "sequence" = "value"),
  (SELECT "leafHash" FROM "PrunedLeaf" WHERE "ledgerId" = "sought"."id" AND "sequence" = "value")
) FROM (SELECT "head"."id", "asked"."value" FROM "head", ${numberRows(provider, '$3', '"asked"')}) AS "sought"
${TABLES.map(
  (table) => `UNION ALL
SELECT 'leaf', 0, "sequence", "leafHash" FROM "head", "${table}"
WHERE "ledgerId" = "head"."id" AND "sequence" > "size" / ${TILE_WIDTH} * ${TILE_WIDTH} AND "sequence" <= "size"`,
).join('\n')}`;

const STATEMENTS: Readonly<Record<Provider, string>> = {
  sqlite: statementFor('sqlite'),
  postgresql: statementFor('postgresql'),
};

/** A head, with the log's number as its level and its size as its place; a tile; or a leaf. */
interface PartRow {
  readonly part: 'head' | 'tile' | 'leaf';
  readonly level: number | bigint;
  readonly at: number | bigint;
  /** Null where nothing is stored. */
  readonly hashes: Uint8Array | null;
}
