import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import { auditLogFacets } from '../src/features/audit-log/audit-log-facets.ts';
import { encodeCursor } from '../src/features/audit-log/cursor.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { naivelyFiltered, naivelyOrdered } from './support/naive-log.ts';
import { ownedOrganization } from './support/owned-organization.ts';
import { type Asked, telling } from './support/telling.ts';

/** So many that the index, which has taken in none, is too far behind to lead anywhere. */
const ENTRIES = 17_000;

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
let entries: AuditLog[];
const asked: Asked[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const owned = await ownedOrganization(fresh.database, 'walked');
  id = owned.id;
  session = telling(owned.session, asked);
  const events = Array.from({ length: ENTRIES }, (_, n) => eventAt(n));
  for (let at = 0; at < ENTRIES; at += 1_000) {
    await recordAuditLogs(session, id, events.slice(at, at + 1_000));
  }
  entries = [];
  for (let after: string | null = null, more = true; more; ) {
    const orderBy = { field: 'SEQUENCE', direction: 'ASC' } as const;
    const page = await listAuditLogs(session, id, { first: 100, after, orderBy });
    entries.push(...page.rows);
    after = cursorOf(page.rows.at(-1), page.asOf);
    more = page.hasNextPage;
  }
}, 240_000);
afterAll(() => fresh.close());

/** Some of one instant, and told a little out of order. */
const eventAt = (n: number) =>
  ({
    scope: n % 3 ? 'COST' : 'SCHEDULING',
    action: `thing.did${n % 7}`,
    email: `person-${n % 900}@example.com`,
    createdAt: new Date(1_700_000_000_000 + Math.floor(n / 5) * 1_000 - ((n * 7_919) % 9) * 500),
    details: `Job ${n} ran${n % 2_500 === 0 ? ' late' : ''}`,
  }) as const;

const cursorOf = (entry: AuditLog | undefined, asOf: number): string | null =>
  entry
    ? encodeCursor({ createdAtMs: entry.createdAt.getTime(), sequence: entry.sequence, asOf })
    : null;

const ORDERS = (['CREATED_AT', 'SEQUENCE'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);
const FILTERS: readonly AuditLogFilter[] = [
  { search: 'late' },
  { search: 'late', scopes: ['COST'] },
  { search: 'late', createdAt: { from: new Date(1_700_001_000_000) } },
  { search: 'never' },
  { search: '7', emails: ['person-7@example.com'] },
];

/** What finds the last entry of a stride alone, and the first of the next. */
function endsOfStrides({ field, direction }: (typeof ORDERS)[number]): AuditLogFilter[] {
  const all = naivelyOrdered(entries, field, direction);
  return [7_999, 8_000, 15_999, 16_000].map((at) => ({ search: all[at]?.details ?? '' }));
}

test.each(ORDERS)(
  'where no index leads a search by $field $direction walks the log, and gives what looking at each entry gives',
  async (orderBy) => {
    for (const filter of [...FILTERS, ...endsOfStrides(orderBy)]) {
      const all = naivelyOrdered(
        naivelyFiltered(entries, filter),
        orderBy.field,
        orderBy.direction,
      );
      const first = await listAuditLogs(session, id, { filter, orderBy, first: 3 });
      expect(first.rows).toEqual(all.slice(0, 3));
      expect(await first.total()).toEqual({ count: all.length, isCapped: false });
      const after = cursorOf(first.rows.at(-1), first.asOf);
      const next = await listAuditLogs(session, id, { filter, orderBy, first: 3, after });
      if (after) expect(next.rows).toEqual(all.slice(3, 6));
      const numbered = await listAuditLogs(session, id, { filter, orderBy, first: 3, skip: 4 });
      expect(numbered.rows).toEqual(all.slice(4, 7));
    }
  },
  240_000,
);

/** Trails of people are looked for along the time: of one who was seldom there, of one who never was. */
const TRAILS = [7, 999].map((n) => ({
  resourceUID: `usr_${n}`,
  email: `person-${n}@example.com`,
}));

test.each(ORDERS)(
  'the trail of a person by $field $direction is looked for through the whole log, a stride at a time',
  async (orderBy) => {
    const ordered = naivelyOrdered(entries, orderBy.field, orderBy.direction);
    for (const about of TRAILS) {
      const all = ordered.filter(({ email }) => email === about.email);
      expect(all.length).toBe(about.email.includes('999') ? 0 : 19);
      // The second time the way is known.
      for (let time = 0; time < 2; time += 1) {
        asked.length = 0;
        const first = await listAuditLogs(session, id, { about, orderBy, first: 12 });
        expect(first.rows).toEqual(all.slice(0, 12));
        const looks = asked.filter(({ text }) => text.includes('"actorId" =')).length;
        expect(looks).toBeGreaterThan(all.length > 0 ? 1 : 2);
        expect(await first.total()).toEqual({ count: all.length, isCapped: false });
        const after = cursorOf(first.rows.at(-1), first.asOf);
        const next = await listAuditLogs(session, id, { about, orderBy, first: 12, after });
        expect(next.rows).toEqual(all.slice(12));
        const numbered = await listAuditLogs(session, id, { about, orderBy, first: 3, skip: 15 });
        expect(numbered.rows).toEqual(all.slice(15, 18));
      }
    }
  },
  240_000,
);

test('people left out are left out of every stride, wherever it ends', async () => {
  const notEmails = Array.from({ length: 100 }, (_, n) => `person-${n}@example.com`);
  for (const orderBy of ORDERS) {
    const all = naivelyOrdered(
      naivelyFiltered(entries, { notEmails }),
      orderBy.field,
      orderBy.direction,
    );
    const skip = all.length - 2;
    for (const at of [7_100, skip]) {
      const page = await listAuditLogs(session, id, {
        filter: { notEmails },
        orderBy,
        first: 100,
        skip: at,
      });
      expect(page.rows).toEqual(all.slice(at, at + 100));
    }
  }
});

test.each(ORDERS)(
  'a long span of time by $field $direction is gone through in strides, and gives what looking at each entry gives',
  async (orderBy) => {
    const notEmails = Array.from({ length: 100 }, (_, n) => `person-${n}@example.com`);
    const createdAt = { from: new Date(1_700_000_400_000), to: new Date(1_700_002_900_000) };
    for (const filter of [{ createdAt }, { createdAt, notEmails }]) {
      const all = naivelyOrdered(
        naivelyFiltered(entries, filter),
        orderBy.field,
        orderBy.direction,
      );
      expect(all.length).toBeGreaterThan(9_000);
      const first = await listAuditLogs(session, id, { filter, orderBy, first: 100 });
      expect(first.rows).toEqual(all.slice(0, 100));
      const after = cursorOf(first.rows.at(-1), first.asOf);
      const next = await listAuditLogs(session, id, { filter, orderBy, first: 100, after });
      expect(next.rows).toEqual(all.slice(100, 200));
      const at = all.length - 30;
      const last = await listAuditLogs(session, id, { filter, orderBy, first: 100, skip: at });
      expect(last.rows).toEqual(all.slice(at));
    }
  },
);

test('facets of such a search count each entry once', async () => {
  const filter = { search: 'late' };
  const facets = await auditLogFacets(session, id, { filter });
  const late = naivelyFiltered(entries, filter);
  const byAction = Object.fromEntries(
    [...Map.groupBy(late, ({ action }) => action)].map(([action, own]) => [action, own.length]),
  );
  const { counts, isCapped } = await facets.alike();
  expect(isCapped).toBe(false);
  const found: Record<string, number> = {};
  for (const { action, count } of counts) found[action] = (found[action] ?? 0) + count;
  expect(found).toEqual(byAction);
});

test.each(ORDERS)(
  'no statement of such a search by $field $direction looks at more of the log than a stride',
  async (orderBy) => {
    asked.length = 0;
    const filter = { search: 'never' };
    const page = await listAuditLogs(session, id, { filter, orderBy });
    expect(page.rows).toEqual([]);
    const looking = () => asked.filter(({ text }) => /strpos|instr/.test(text)).length;
    // What is near, and then 17,000 entries 8,000 at a time.
    expect(looking()).toBe(4);
    await page.total();
    expect(looking()).toBe(7);
  },
);

test.each(ORDERS)(
  'an early snapshot is found behind all that was recorded after it, by $field $direction',
  async (orderBy) => {
    const snapshot = entries.filter(({ sequence }) => sequence <= 5);
    for (const filter of [{ outcomes: ['SUCCESS'] }, { notActions: ['thing.did3'] }] as const) {
      const page = await listAuditLogs(session, id, { first: 10, asOf: 5, filter, orderBy });
      const { field, direction } = orderBy;
      expect(page.rows).toEqual(
        naivelyOrdered(naivelyFiltered(snapshot, filter), field, direction),
      );
    }
  },
);
