import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { runRebuildSearch } from '../src/cli/rebuild-derived.ts';
import { examineGrams } from '../src/features/checkpoint/examine-grams.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import { logTree } from '../src/ledger/proved.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { newLog, whileTakenIn } from './support/derived-log.ts';
import { erase, tracesOf } from './support/erasure.ts';
import { record } from './support/organizations.ts';
import { prune, setRetention } from './support/retention.ts';
import { readGrams, storedGrams } from './support/searchable.ts';

const server = await startServer();
const { as, database, clock } = server;
const ada = as('ada');
const session = openSystemSession(database, clock, 'search');
const fold = () => deriveBehind(session, undefined, 1);

const events = (count: number, from: number, more: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, at) => ({
    scope: 'COST',
    action: 'thing.done',
    details: `Done number ${from + at}`,
    ...more(from + at),
  }));

/** That the index says of a log what its entries say; gives how many entries it leads to. */
async function expectTrue(ledgerId: number): Promise<number> {
  const stored = await storedGrams(server, ledgerId);
  expect(stored).toEqual(await readGrams(server, ledgerId));
  return new Set(stored.map((one) => one.split(' ')[0])).size;
}

const FIND =
  'query($id: ID!, $text: String!) { auditLogs(organizationId: $id, first: 100, filter: { search: $text }) { totalCount nodes { details } } }';

const found = async (id: string, text: string): Promise<Data> =>
  dataOf(await ada(FIND, { id, text })).auditLogs;

test('several processes take each entry in once, beside recording', async () => {
  const { id, ledgerId } = await newLog(server, 'Beside');
  await whileTakenIn(server, 8, async () => {
    for (let round = 0; round < 5; round += 1) await record(ada, id, events(40, round * 40));
  });
  // With the entry that founded it.
  expect(await expectTrue(ledgerId)).toBe(201);
});

test('what is recorded after a snapshot is in no page of its search, though it occurred before all that are', async () => {
  const { id } = await newLog(server, 'Snapshot');
  const dated = (day: string, details: string) => () => ({
    createdAt: `2025-03-${day}T12:00:00Z`,
    details,
  });
  // More than is looked at along the time, and more that match than are looked at one by one.
  for (const at of [0, 600]) await record(ada, id, events(600, at, dated('01', 'Other')));
  for (const at of [1_200, 1_800]) await record(ada, id, events(600, at, dated('20', 'Sought')));
  await fold();
  const page = async (asOf: number | null): Promise<Data> =>
    dataOf(await ada(OLDEST_FIRST, { id, asOf })).auditLogs;
  const before = await page(null);
  await record(ada, id, events(1, 2_400, dated('10', 'Sought late')));
  await fold();
  expect((await page(null)).nodes[0].details).toBe('Sought late');
  expect(await page(before.asOf)).toEqual(before);
});

const OLDEST_FIRST = `query($id: ID!, $asOf: SafeInt) {
  auditLogs(organizationId: $id, first: 5, asOf: $asOf, filter: { search: "sought" }, orderBy: { field: CREATED_AT, direction: ASC }) {
    asOf totalCount nodes { sequence details createdAt }
  }
}`;

test('what retention removes leaves the index with it, taken in or not', async () => {
  const { id, ledgerId } = await newLog(server, 'Pruned');
  await record(ada, id, events(40, 0));
  await fold();
  await record(ada, id, events(40, 40));
  await setRetention(ada, id, { retentionDays: 1 });
  server.advance(9 * DAY_MS);
  await record(as('ada'), id, events(20, 80));
  await Promise.all([prune(server, { stepSize: 10, restFactor: 0 }), fold(), fold()]);
  await fold();
  expect(await expectTrue(ledgerId)).toBeLessThan(40);
});

test('the words of a person who is erased lead nowhere, and no raw bytes of them stay', async () => {
  const { id, ledgerId } = await newLog(server, 'Erased');
  const needle = randomBytes(8).toString('hex');
  const email = `${needle}@example.com`;
  const own = (n: number) => ({ email, details: `Number ${n} by ${email.toUpperCase()}` });
  await record(ada, id, [...events(40, 0), ...events(40, 40, own)]);
  await fold();
  await record(ada, id, [...events(10, 80, own), ...events(10, 90)]);
  expect(await found(id, needle)).toMatchObject({ totalCount: 50 });
  const [erased] = await Promise.all([erase(ada, id, email), fold()]);
  expect(erased).toMatchObject({ tracesRemoved: true });
  expect(await found(id, needle)).toEqual({ totalCount: 0, nodes: [] });
  await fold();
  expect(await found(id, needle)).toEqual({ totalCount: 0, nodes: [] });
  expect(await expectTrue(ledgerId)).toBeGreaterThan(49);
  expect(await found(id, 'number 95')).toMatchObject({ totalCount: 1 });
  expect(await tracesOf(server, needle)).toEqual([]);
});

test('the doctor names an index that differs from the entries, and it can be made anew', async () => {
  const { id, ledgerId } = await newLog(server, 'Examined');
  await record(ada, id, events(30, 0));
  await fold();
  await record(ada, id, events(5, 30));
  const tree = await logTree(session, id);
  if (!tree) throw new Error('There is no log.');
  expect(await examineGrams(session, tree)).toMatchObject({ verdict: 'sound' });
  const own = `"ledgerId" = ${ledgerId}`;
  for (const falsify of [
    `DELETE FROM "AuditGram" WHERE ${own} AND "gram" = (SELECT max("gram") FROM "AuditGram" WHERE ${own})`,
    `UPDATE "AuditGram" SET "places" = (SELECT max("places") FROM "AuditGram" WHERE ${own}) WHERE ${own}`,
    `UPDATE "AuditGram" SET "window" = 7 WHERE ${own}`,
    `UPDATE "Derivation" SET "upToSequence" = 1 WHERE ${own} AND "name" = 'grams'`,
    `UPDATE "Derivation" SET "upToSequence" = 99 WHERE ${own} AND "name" = 'grams'`,
  ]) {
    await server.query(falsify);
    expect(await examineGrams(session, tree), falsify).toMatchObject({ verdict: 'broken' });
    expect(await runRebuildSearch(database, clock, id)).toContain('36');
    expect(await examineGrams(session, tree), falsify).toMatchObject({ verdict: 'sound' });
    await expectTrue(ledgerId);
  }
});
