import type { Database } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Derivation, deriveFurther, forgetDerived, markerOf } from '../ledger/derivation.ts';
import { SEARCHABLE } from '../ledger/searchable.ts';
import { openSystemSession } from '../ledger/session.ts';
import { TALLIES } from '../ledger/tallies.ts';
import { namedOrganization } from './named-organization.ts';

/** Makes what is derived of a log anew from its entries, and says in words what was done. */
const rebuilding =
  (derivation: Derivation) =>
  async (database: Database, clock: Clock, organization: string): Promise<string> => {
    const session = openSystemSession(database, clock, 'doctor');
    const { id, label } = await namedOrganization(session, organization);
    const ledger = await session.read.ledger.findUnique({ where: { organizationId: id } });
    if (!ledger) throw new Error(`There is no log of ${label}.`);
    await forgetDerived(session, derivation, ledger.id);
    while (await deriveFurther(session, derivation, ledger.id));
    return `Made anew up to entry ${await markerOf(session, derivation, ledger.id)}.`;
  };

/** The roll-ups behind facets. */
export const runRebuildTallies = rebuilding(TALLIES);

/** The index behind searches. */
export const runRebuildSearch = rebuilding(SEARCHABLE);
