import { once } from 'node:events';
import { expect, test } from 'vitest';
import { examineGrams } from '../src/features/checkpoint/examine-grams.ts';
import { examineTallies } from '../src/features/checkpoint/examine-tallies.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import { logTree } from '../src/ledger/proved.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { startServer } from './support/client.ts';
import { KILL_ROUNDS } from './support/kill-rounds.ts';
import { killedAmid } from './support/killed-script.ts';
import { createOrganization, record } from './support/organizations.ts';
import { countedTallies, storedTallies } from './support/tallies.ts';

/** More than two steps take in. */
const ENTRIES = 4_500;
const CALL = 500;

const server = await startServer();
const { as, url, database, clock } = server;
const ada = as('ada');
const session = openSystemSession(database, clock, 'derivations');

/** Makes all that is derived anew, again and again; says when it has begun. */
const FOLD = `
const { openDatabase } = await import('./src/database/open.ts');
const { deriveBehind } = await import('./src/ledger/derivations.ts');
const { forgetDerived } = await import('./src/ledger/derivation.ts');
const { SEARCHABLE } = await import('./src/ledger/searchable.ts');
const { openSystemSession } = await import('./src/ledger/session.ts');
const { TALLIES } = await import('./src/ledger/tallies.ts');
const session = openSystemSession(await openDatabase(process.argv[1]), () => new Date(), 'fold');
for (;;) {
  for (const one of [TALLIES, SEARCHABLE]) await forgetDerived(session, one, Number(process.argv[2]));
  console.log('begun');
  while (await deriveBehind(session, undefined, 1));
}`;

/** A process that folds, killed somewhere in it. */
const killedFold = (ledgerId: number): Promise<void> =>
  killedAmid(FOLD, [url, String(ledgerId)], (stdout) => once(stdout, 'data'), 900);

test(
  `a fold killed ${KILL_ROUNDS} times in its middle leaves whole steps, and goes on to what the log says`,
  async () => {
    const { id } = await createOrganization(ada, { name: 'Killed' });
    for (let from = 0; from < ENTRIES; from += CALL) {
      const events = Array.from({ length: CALL }, (_, at) => ({
        ...{ scope: at % 3 ? 'COST' : 'SCHEDULING', action: `thing.did${at % 5}` },
        ...{ email: `person-${at % 40}@example.com`, details: `Done number ${from + at}` },
        createdAt: new Date(1_700_000_000_000 + (from + at) * 977_000).toISOString(),
      }));
      await record(ada, id, events);
    }
    const tree = await logTree(session, id);
    if (!tree) throw new Error('There is no log.');
    const expectTrue = async () => {
      expect(await examineTallies(session, tree)).toMatchObject({ verdict: 'sound' });
      expect(await examineGrams(session, tree)).toMatchObject({ verdict: 'sound' });
    };
    for (let n = 0; n < KILL_ROUNDS; n += 1) {
      await killedFold(tree.ledgerId);
      await expectTrue();
      while (await deriveBehind(session, undefined, 1));
      await expectTrue();
    }
    const stored = await storedTallies(server, tree.ledgerId);
    expect(stored).toEqual(await countedTallies(server, tree.ledgerId));
    const whole = [...stored].filter(([name]) => name.startsWith('all '));
    expect(whole.reduce((sum, [, count]) => sum + count, 0)).toBe(tree.size);
  },
  KILL_ROUNDS * 15_000 + 60_000,
);
