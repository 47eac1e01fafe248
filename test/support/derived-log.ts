import { openDatabase } from '../../src/database/open.ts';
import { deriveBehind } from '../../src/ledger/derivations.ts';
import { openSystemSession } from '../../src/ledger/session.ts';
import type { startServer } from './client.ts';
import { createOrganization } from './organizations.ts';

type Server = Awaited<ReturnType<typeof startServer>>;

/** A new log of Ada's, by both of its names. */
export async function newLog({ as, database }: Server, name: string) {
  const { id } = await createOrganization(as('ada'), { name });
  const { id: ledgerId } = await database.read.ledger.findUniqueOrThrow({
    where: { organizationId: id },
  });
  return { id, ledgerId };
}

/** Runs `work` while as much as three processes take in so many rounds each, and takes in the rest. */
export async function whileTakenIn(
  { database, clock, url }: Server,
  rounds: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const others = await Promise.all([openDatabase(url), openDatabase(url)]);
  const folding = [database, ...others].map(async (one) => {
    const own = openSystemSession(one, clock, 'derivations');
    for (let round = 0; round < rounds; round += 1) await deriveBehind(own, undefined, 1);
  });
  await work();
  await Promise.all(folding);
  await deriveBehind(openSystemSession(database, clock, 'derivations'), undefined, 1);
  await Promise.all(others.map((one) => one.close()));
}
