import type { OrganizationId } from '../../kernel/ids.ts';
import { logTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { TILE_HEIGHT, TILE_WIDTH } from '../../ledger/tile.ts';
import { readNodes } from '../../ledger/tree.ts';

const LARGEST_LAYER = 63;

/** `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last behind an x. */
const PATH = /^tile\/(0|[1-9]\d?)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

interface TilePath {
  readonly layer: number;
  readonly index: number;
  /** How many hashes; 256 for a full tile. */
  readonly width: number;
}

/** The tile that a path names (C2SP tlog-tiles); null for any other text. */
export function readTilePath(path: string): TilePath | null {
  const [, layer, upper = '', lower, part] = PATH.exec(path) ?? [];
  const index = Number(upper.replaceAll(/[x/]/g, '') + lower);
  const width = part === undefined ? TILE_WIDTH : Number(part);
  const isPartial = part !== undefined && width < TILE_WIDTH;
  const isShortest = !upper.startsWith('x000/');
  if (Number(layer) > LARGEST_LAYER || !Number.isSafeInteger(index)) return null;
  if (!isShortest || (part !== undefined && !isPartial)) return null;
  return { layer: Number(layer), index, width };
}

/** The path of a tile. */
export function tilePath({ layer, index, width }: TilePath): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${layer}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/**
 * The hashes of a tile, end to end; null when the log has not grown so far, or the path names none.
 * They are as stored: readers check them against a checkpoint, which is what tiles are for.
 */
export async function tileBytes(
  session: Session,
  organizationId: OrganizationId,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const place = readTilePath(path);
  const tree = place && (await logTree(session, organizationId));
  if (!tree) return null;
  const { layer, index, width } = place;
  const first = index * TILE_WIDTH;
  if (first + width > Math.floor(tree.size / TILE_WIDTH ** layer)) return null;
  const nodes = Array.from({ length: width }, (_, at) => ({
    level: layer * TILE_HEIGHT,
    index: first + at,
  }));
  const hashOf = await readNodes(tree, nodes);
  return Uint8Array.from(Buffer.concat(nodes.map(hashOf)));
}
