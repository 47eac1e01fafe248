import type { Database } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fillTiles, forgetTiles } from '../ledger/fill-tiles.ts';
import { logTree } from '../ledger/proved.ts';
import { openSystemSession } from '../ledger/session.ts';
import { namedOrganization } from './named-organization.ts';

/** Makes the tiles of a log anew from its leaves, and says in words what was done. */
export async function runRebuildTiles(
  database: Database,
  clock: Clock,
  organization: string,
): Promise<string> {
  const session = openSystemSession(database, clock, 'doctor');
  const { id, label } = await namedOrganization(session, organization);
  const tree = await logTree(session, id);
  if (!tree) throw new Error(`There is no log of ${label}.`);
  await forgetTiles(session, tree.ledgerId);
  return `Made ${await fillTiles(session, tree)} tiles of leaves anew.`;
}
