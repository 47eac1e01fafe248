import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { runRebuildTallies } from '../src/cli/rebuild-derived.ts';
import { examineTallies } from '../src/features/checkpoint/examine-tallies.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import { logTree } from '../src/ledger/proved.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { startServer } from './support/client.ts';
import { newLog, whileTakenIn } from './support/derived-log.ts';
import { erase, tracesOf } from './support/erasure.ts';
import { record } from './support/organizations.ts';
import { prune, setRetention } from './support/retention.ts';
import { countedTallies, storedTallies } from './support/tallies.ts';

const server = await startServer();
const { as, database, clock } = server;
const ada = as('ada');
const session = openSystemSession(database, clock, 'tallies');
const fold = () => deriveBehind(session, undefined, 1);

const SCOPES = ['COST', 'SCHEDULING', 'DEPLOYMENT'];
const OUTCOMES = ['SUCCESS', 'FAILURE', 'DENIED'];

/** Events of many kinds; some before the epoch, some of nobody. */
const events = (count: number, seed: number, more: object = {}) =>
  Array.from({ length: count }, (_, at) => {
    const n = at * 7919 + seed;
    return {
      scope: SCOPES[n % 3],
      action: `thing.${n % 5 === 0 ? 'removed' : 'made'}`,
      outcome: OUTCOMES[(n >> 2) % 3],
      ...(n % 4 > 0 && { email: `person-${n % 6}@example.com` }),
      createdAt: new Date(
        (n % 11) * DAY_MS * (n % 13 === 0 ? -900 : 900) + n * 61_000,
      ).toISOString(),
      ...more,
    };
  });

/** That the roll-ups of a log say what its entries say; gives how many entries they count. */
async function expectTrue(ledgerId: number): Promise<number> {
  const stored = await storedTallies(server, ledgerId);
  expect(stored).toEqual(await countedTallies(server, ledgerId));
  return [...stored].reduce((sum, [name, count]) => sum + (name.startsWith('all ') ? count : 0), 0);
}

test('roll-ups say what the entries say, however they were recorded and taken in', async () => {
  const { id, ledgerId } = await newLog(server, 'Taken in');
  for (let round = 0; round < 5; round += 1) {
    await record(ada, id, events(70, round));
    if (round % 2 === 0) await fold();
  }
  await fold();
  expect(await expectTrue(ledgerId)).toBe(351);
});

test('a few entries wait for more before they are taken in', async () => {
  const { id, ledgerId } = await newLog(server, 'Waiting');
  await record(ada, id, events(50, 1));
  await deriveBehind(session);
  expect(await expectTrue(ledgerId)).toBe(0);
});

test('several processes take each entry in once, beside recording', async () => {
  const { id, ledgerId } = await newLog(server, 'Beside');
  await whileTakenIn(server, 12, async () => {
    for (let round = 0; round < 6; round += 1) await record(ada, id, events(40, round));
  });
  expect(await expectTrue(ledgerId)).toBe(241);
});

test('what retention removes leaves the roll-ups with it, taken in or not', async () => {
  const { id, ledgerId } = await newLog(server, 'Pruned');
  await record(ada, id, events(60, 3));
  await fold();
  await record(ada, id, events(60, 4));
  await setRetention(ada, id, { retentionDays: 1 });
  server.advance(9 * DAY_MS);
  await record(as('ada'), id, events(20, 5));
  const [ended] = await Promise.all([
    prune(server, { stepSize: 10, restFactor: 0 }),
    fold(),
    fold(),
  ]);
  expect(ended).toBe(1);
  await fold();
  expect(await expectTrue(ledgerId)).toBeLessThan(40);
});

test('a person who is erased is in no roll-up and in none of its raw bytes', async () => {
  const { id, ledgerId } = await newLog(server, 'Erased');
  const needle = randomBytes(8).toString('hex');
  const email = `${needle}@example.com`;
  await record(ada, id, events(40, 6, { email }));
  await record(ada, id, events(40, 7, { action: `asked/${email}` }));
  await fold();
  await record(ada, id, events(10, 8, { email }));
  expect([...(await storedTallies(server, ledgerId)).keys()].join()).toContain(needle);
  // What the planner keeps of columns are values of theirs.
  await server.query('ANALYZE');
  const [erased] = await Promise.all([erase(ada, id, email), fold()]);
  expect(erased).toMatchObject({ tracesRemoved: true });
  await fold();
  expect(await expectTrue(ledgerId)).toBeGreaterThan(90);
  expect(await tracesOf(server, needle)).toEqual([]);
});

test('the doctor names roll-ups that differ from the entries, and they can be made anew', async () => {
  const { id, ledgerId } = await newLog(server, 'Examined');
  await record(ada, id, events(30, 9));
  await fold();
  await record(ada, id, events(5, 10));
  const tree = await logTree(session, id);
  if (!tree) throw new Error('There is no log.');
  expect(await examineTallies(session, tree)).toMatchObject({ verdict: 'sound' });
  const own = `"tallyId" IN (SELECT "id" FROM "AuditTally" WHERE "ledgerId" = ${ledgerId})`;
  for (const falsify of [
    `UPDATE "AuditTally" SET "count" = "count" + 1 WHERE "ledgerId" = ${ledgerId}`,
    `DELETE FROM "AuditActorTally" WHERE "ledgerId" = ${ledgerId}`,
    `UPDATE "AuditTotal" SET "count" = "count" + 1 WHERE "ledgerId" = ${ledgerId} AND "field" = 'outcome'`,
    `DELETE FROM "AuditTotal" WHERE "ledgerId" = ${ledgerId} AND "field" = 'email'`,
    `UPDATE "AuditTallyDay" SET "count" = "count" - 1 WHERE ${own}`,
    `UPDATE "AuditTallyDay" SET "day" = "day" + 100000 WHERE ${own}`,
    `DELETE FROM "AuditScopeDay" WHERE "ledgerId" = ${ledgerId} AND "scope" = 'COST'`,
    `UPDATE "AuditScopeDay" SET "quarters" = (SELECT max("quarters") FROM "AuditScopeDay" WHERE "ledgerId" = ${ledgerId}) WHERE "ledgerId" = ${ledgerId}`,
    `UPDATE "Derivation" SET "upToSequence" = "upToSequence" + 1 WHERE "ledgerId" = ${ledgerId}`,
  ]) {
    await server.query(falsify);
    expect(await examineTallies(session, tree), falsify).toMatchObject({ verdict: 'broken' });
    expect(await runRebuildTallies(database, clock, id)).toContain('36');
    expect(await examineTallies(session, tree), falsify).toMatchObject({ verdict: 'sound' });
    expect(await expectTrue(ledgerId)).toBe(36);
  }
});
