import type { OrganizationId } from '../../kernel/ids.ts';
import { fillTiles, forgetTiles } from '../../ledger/fill-tiles.ts';
import { doLeavesLeadToHead, type LogTree, logTree } from '../../ledger/proved.ts';
import type { Session } from '../../ledger/session.ts';
import { clearTiles, suspectedLogs, suspectTiles } from '../../ledger/suspect-tiles.ts';
import { tileKey } from '../../ledger/tile.ts';
import { compareTiles } from './examine-tiles.ts';

/** A log whose tiles were made anew. */
export interface MendedTiles {
  readonly organizationId: OrganizationId;
  /** The first that was wrong, as the doctor names it. */
  readonly wrong: string;
  /** Tiles of leaves that were written. */
  readonly count: number;
}

/** Has the tiles of a log made anew if one of them does not say what the leaves say. */
export async function suspectWrongTiles(tree: LogTree): Promise<void> {
  if ((await compareTiles(tree)).wrong) suspectTiles(tree.organizationId);
}

/**
 * Makes the tiles of every log anew in which this process met a wrong one, from leaves that lead to
 * the head's root; where they do not, the tiles stay as they are, for they may be evidence.
 */
export async function mendTiles(session: Session, signal: AbortSignal): Promise<MendedTiles[]> {
  const mended: MendedTiles[] = [];
  for (const organizationId of suspectedLogs()) {
    if (signal.aborted) break;
    const tree = await logTree(session, organizationId);
    if (!tree) continue;
    const { wrong } = await compareTiles(tree);
    if (wrong && (await doLeavesLeadToHead(tree))) {
      await forgetTiles(session, tree.ledgerId);
      const count = await fillTiles(session, tree);
      mended.push({ organizationId, wrong: tileKey(wrong), count });
    }
    clearTiles(organizationId);
  }
  return mended;
}
