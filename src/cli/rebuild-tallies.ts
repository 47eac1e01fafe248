import type { Database } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { deriveFurther, forgetDerived, markerOf } from '../ledger/derivation.ts';
import { openSystemSession } from '../ledger/session.ts';
import { TALLIES } from '../ledger/tallies.ts';
import { namedOrganization } from './named-organization.ts';

/** Makes the roll-ups of a log anew from its entries, and says in words what was done. */
export async function runRebuildTallies(
  database: Database,
  clock: Clock,
  organization: string,
): Promise<string> {
  const session = openSystemSession(database, clock, 'doctor');
  const { id, label } = await namedOrganization(session, organization);
  const ledger = await session.read.ledger.findUnique({ where: { organizationId: id } });
  if (!ledger) throw new Error(`There is no log of ${label}.`);
  await forgetDerived(session, TALLIES, ledger.id);
  while (await deriveFurther(session, TALLIES, ledger.id));
  return `Counted anew up to entry ${await markerOf(session, TALLIES, ledger.id)}.`;
}
