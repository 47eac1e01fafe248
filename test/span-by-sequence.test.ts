import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { cursorOf, everyEntry } from './support/filtered-log.ts';
import { naivelyFiltered, naivelyOrdered } from './support/naive-log.ts';
import { ownedOrganization } from './support/owned-organization.ts';
import { type Asked, telling } from './support/telling.ts';

const DAYS = 30;
const A_DAY = 100;
const FIRST = Date.parse('2025-06-01T00:00:00Z');
const day = (n: number) => new Date(FIRST + n * DAY_MS);

/** Event number n of a day: one in seven of them was recorded late by ten days, one in fifty is rare. */
const event = (onDay: number, n: number) => ({
  scope: n % 4 === 0 ? ('SCHEDULING' as const) : ('COST' as const),
  action: n % 50 === 0 ? 'rare.deed' : `budget.did${n % 3}`,
  email: `person-${n % 5}@example.com`,
  createdAt: new Date(day(n % 7 === 0 ? onDay - 10 : onDay).getTime() + n * 61_000),
});

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
let entries: AuditLog[];
const statements: Asked[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const owned = await ownedOrganization(fresh.database, 'spans');
  ({ id } = owned);
  session = telling(owned.session, statements);
  for (let onDay = 0; onDay < DAYS; onDay += 1) {
    const events = Array.from({ length: A_DAY }, (_, n) => event(onDay, n));
    await recordAuditLogs(session, id, events);
  }
  while (await deriveBehind(owned.session, undefined, 1));
  entries = await everyEntry(session, id);
}, 60_000);
afterAll(() => fresh.close());

const span = { from: day(8), to: day(15) };

test.each<[string, AuditLogFilter]>([
  ['whatever happened', {}],
  ['a scope', { scopes: ['COST'] }],
  ['all but an action', { notActions: ['rare.*'] }],
  ['some people', { emails: ['person-1@example.com', 'person-2@example.com'] }],
  ['a rare action', { actions: ['rare.*'] }],
  ['a rare action of somebody', { actions: ['rare.*'], emails: ['person-0@example.com'] }],
])(
  'pages of a week by sequence with %s are what looking at each entry gives, however late it was recorded',
  async (_name, filter) => {
    const asked = { ...filter, createdAt: span };
    for (const direction of ['ASC', 'DESC'] as const) {
      const expected = naivelyOrdered(naivelyFiltered(entries, asked), 'SEQUENCE', direction);
      expect(expected.length).toBeGreaterThan(10);
      const found: AuditLog[] = [];
      for (let after: string | null = null; ; ) {
        const orderBy = { field: 'SEQUENCE', direction } as const;
        const page = await listAuditLogs(session, id, { filter: asked, orderBy, first: 10, after });
        found.push(...page.rows);
        const last = page.rows.at(-1);
        if (!page.hasNextPage || !last) break;
        after = cursorOf(last);
      }
      expect(found).toEqual(expected);
    }
  },
);

test('what is common in a week is met by its first entries by sequence, and no index counts it', async () => {
  statements.length = 0;
  const filter = { scopes: ['COST'], createdAt: span } as const;
  const page = { filter, orderBy: { field: 'SEQUENCE', direction: 'DESC' }, first: 10 } as const;
  expect((await listAuditLogs(session, id, page)).rows).toHaveLength(10);
  // Who asks, the newest entries of the log, what roll-ups say, and the page.
  expect(statements).toHaveLength(4);
});

test('before the first place of a log there is nothing, whoever made the cursor', async () => {
  const after = Buffer.from('0.0').toString('base64url');
  const orderBy = { field: 'SEQUENCE', direction: 'DESC' } as const;
  expect((await listAuditLogs(session, id, { orderBy, first: 10, after })).rows).toEqual([]);
});
