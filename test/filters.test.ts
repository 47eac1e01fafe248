import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { filterTrial } from './support/filter-trial.ts';
import { anyFilter, cursorOf, everyEntry, inCalls, sampleEvents } from './support/filtered-log.ts';
import { naivelyFiltered, naivelyOrdered } from './support/naive-log.ts';
import { ownedOrganization } from './support/owned-organization.ts';

const { lines, runs } = filterTrial();

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
let entries: AuditLog[];

beforeAll(async () => {
  fresh = await freshDatabase();
  ({ session, id } = await ownedOrganization(fresh.database, 'filtered'));
  const other = await ownedOrganization(fresh.database, 'another');
  const calls = inCalls(sampleEvents(lines));
  for (const [at, events] of calls.entries()) {
    await recordAuditLogs(session, id, events);
    // The newest entries are in no index of search yet.
    if (at === calls.length - 3) while (await deriveBehind(session, undefined, 1));
    if (at === 0) await recordAuditLogs(other.session, other.id, events);
  }
  entries = await everyEntry(session, id);
}, 600_000);
afterAll(() => fresh.close());

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const turn = (size: number, isBackward: boolean, cursor: string | null = null) =>
  isBackward ? { last: size, before: cursor } : { first: size, after: cursor };

test('any filter, order, page and snapshot give what looking at each entry gives', async () => {
  let matched = 0;
  const property = fc.asyncProperty(
    anyFilter(entries),
    fc.constantFrom('CREATED_AT', 'SEQUENCE'),
    fc.constantFrom('ASC', 'DESC'),
    fc.integer({ min: 1, max: 20 }),
    fc.boolean(),
    fc.option(fc.integer({ min: 0, max: entries.length }), { freq: 2, nil: undefined }),
    async (filter, field, direction, size, isBackward, asOf) => {
      const snapshot = entries.filter(({ sequence }) => sequence <= (asOf ?? entries.length));
      const expected = naivelyOrdered(naivelyFiltered(snapshot, filter), field, direction);
      const ask = { filter, orderBy: { field, direction }, asOf } as const;
      const matching = Object.values(filter).some((value) => value && !isEmptyList(value));
      const [one, two] = isBackward
        ? [expected.slice(-size), expected.slice(-2 * size, -size)]
        : [expected.slice(0, size), expected.slice(size, 2 * size)];
      const page = await listAuditLogs(session, id, { ...ask, ...turn(size, isBackward) });
      expect(page.rows).toEqual(one);
      const isCapped = matching && expected.length > 10_000;
      expect(await page.total()).toEqual({ count: isCapped ? 10_000 : expected.length, isCapped });
      const end = isBackward ? one[0] : one.at(-1);
      if (!end) return;
      matched += 1;
      const beyond = turn(size, isBackward, cursorOf(end));
      expect((await listAuditLogs(session, id, { ...ask, ...beyond })).rows).toEqual(two);
    },
  );
  await fc.assert(property, { numRuns: runs });
  expect(matched).toBeGreaterThan(runs / 10);
}, 600_000);
