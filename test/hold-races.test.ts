import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { pruneLog } from '../src/features/retention/prune-due.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { dataOf, startServer } from './support/client.ts';
import { createHold } from './support/holds.ts';
import { createOrganization, record } from './support/organizations.ts';
import { RACE_ROUNDS } from './support/race-rounds.ts';

const { as, advance, database, clock } = await startServer();
const ada = as('ada');
const session = openSystemSession(database, clock, 'orgtrail retention');

const ENTRIES = 60;
const HELD = { actions: ['held.event'] };

/** An organization with old entries, every second of them of the kind that is to be held. */
async function oldLog(): Promise<string> {
  const { id } = await createOrganization(ada, { name: 'Race', settings: { retentionDays: 1 } });
  const events = Array.from({ length: ENTRIES }, (_, n) => ({
    scope: 'COST',
    action: n % 2 === 0 ? 'held.event' : 'free.event',
  }));
  await record(ada, id, events);
  return id;
}

const COUNT =
  'query($id: ID!, $filter: AuditLogFilter) { auditLogs(organizationId: $id, filter: $filter) { totalCount } }';
const countOf = async (id: string, filter: object): Promise<number> =>
  dataOf(await ada(COUNT, { id, filter })).auditLogs.totalCount;

let lostCount = 0;

test(`${RACE_ROUNDS} holds race a run of retention: what stood when a hold was acknowledged stays`, {
  timeout: RACE_ROUNDS * 3_000,
}, async () => {
  const keptCounts: number[] = [];
  for (let first = 0; first < RACE_ROUNDS; first += 100) {
    const logs: string[] = [];
    for (let n = first; n < Math.min(first + 100, RACE_ROUNDS); n += 1) logs.push(await oldLog());
    advance(2 * DAY_MS);
    for (const id of logs) keptCounts.push(await race(id));
  }
  const keptCount = keptCounts.reduce((sum, kept) => sum + kept, 0);
  process.stdout.write(
    `${keptCounts.length} races of a hold against retention: ${keptCount} entries stood when their hold was acknowledged, ${lostCount} of them lost (${inject('provider')})\n`,
  );
  expect([keptCounts.length, lostCount]).toEqual([RACE_ROUNDS, 0]);
  // The race was one: some holds came in the middle of a run.
  expect(keptCounts.some((kept) => kept > 0 && kept < ENTRIES / 2)).toBe(true);
});

/** How many held entries were left when the hold was acknowledged, which all must be left at the end. */
async function race(id: string): Promise<number> {
  const running = pruneLog(session, id as OrganizationId, { stepSize: 5, restFactor: 0 });
  await sleep(Math.random() * 40);
  await createHold(ada, id, HELD);
  const acknowledged = await countOf(id, HELD);
  expect(await running).toBe(true);
  lostCount += acknowledged - (await countOf(id, HELD));
  expect(await countOf(id, { actions: ['free.event'] })).toBe(0);
  return acknowledged;
}
