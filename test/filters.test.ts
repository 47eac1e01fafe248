import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { readEvent } from '../src/features/audit-log/record-event.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { ACTOR_TYPES, AUDIT_OUTCOMES, PRODUCT_SCOPES } from '../src/kernel/vocabulary.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { filterTrial } from './support/filter-trial.ts';
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
  for (const [at, events] of inCalls(eventsIn(lines)).entries()) {
    await recordAuditLogs(session, id, events);
    if (at === 0) await recordAuditLogs(other.session, other.id, events);
  }
  entries = [];
  for (let after: string | null = null; ; ) {
    const page = await listAuditLogs(session, id, {
      orderBy: { field: 'SEQUENCE', direction: 'ASC' },
      first: 100,
      after,
    });
    entries.push(...page.rows);
    const last = page.rows.at(-1);
    if (!page.hasNextPage || !last) break;
    after = cursorOf(last);
  }
}, 600_000);
afterAll(() => fresh.close());

/** A cursor of before there were snapshots: those stay readable. */
const cursorOf = ({ createdAt, sequence }: AuditLog): string =>
  Buffer.from(`${createdAt.getTime()}.${sequence}`).toString('base64url');

function eventsIn(lines: readonly string[]) {
  return lines.flatMap((line) => {
    const read = readEvent(JSON.parse(line), { defaultScope: 'PROVISIONING', keyByContent: false });
    if (!('event' in read)) return [];
    // Several entries of one instant, so that the sequence has something to decide.
    const { createdAt, idempotencyKey, ...event } = read.event;
    const coarse = createdAt && new Date(Math.floor(createdAt.getTime() / 60_000) * 60_000);
    return [{ ...event, createdAt: coarse }];
  });
}

function inCalls<T>(events: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, at) =>
    events.slice(at * size, (at + 1) * size),
  );
}

/** Filters made of values that the entries have, and of some that none has. */
function filters(): fc.Arbitrary<AuditLogFilter> {
  const some = <T>(values: readonly (T | null)[], others: readonly T[] = []) => {
    const known = [...new Set([...values.filter((value) => value !== null), ...others])];
    return fc.option(fc.array(fc.constantFrom(...known), { maxLength: 4 }), {
      freq: 2,
      nil: undefined,
    });
  };
  const actions = entries.map(({ action }) => action);
  const prefixes = actions.flatMap((action) => {
    const dot = action.indexOf('.');
    return dot > 0 ? [`${action.slice(0, dot)}.*`] : [];
  });
  const emails = entries.map(({ email }) => email);
  const words = entries.flatMap(({ details }) => (details ?? '').split(' ').slice(0, 2));
  const times = entries.map(({ createdAt }) => createdAt.getTime());
  const span = fc
    .tuple(fc.constantFrom(...times), fc.constantFrom(...times))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ from: new Date(Math.min(a, b)), to: new Date(Math.max(a, b)) }));
  return fc.record(
    {
      scopes: some(PRODUCT_SCOPES),
      actions: some([...actions, ...prefixes], ['no.such', 'none.*']),
      notActions: some([...prefixes, ...actions.slice(0, 5)]),
      emails: some(emails, ['nobody@example.com']),
      notEmails: some(emails),
      resourceUIDs: some(entries.map(({ resourceUID }) => resourceUID)),
      actorTypes: some(ACTOR_TYPES),
      outcomes: some(AUDIT_OUTCOMES),
      createdAt: fc.option(span, { freq: 2, nil: undefined }),
      search: fc.option(fc.constantFrom(...words.filter(Boolean)), { freq: 1, nil: undefined }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<AuditLogFilter>;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const turn = (size: number, isBackward: boolean, cursor: string | null = null) =>
  isBackward ? { last: size, before: cursor } : { first: size, after: cursor };

test('any filter, order, page and snapshot give what looking at each entry gives', async () => {
  let matched = 0;
  const property = fc.asyncProperty(
    filters(),
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
