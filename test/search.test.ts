import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fold } from '../src/database/fold.ts';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import { encodeCursor } from '../src/features/audit-log/cursor.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { naivelyFiltered, naivelyOrdered } from './support/naive-log.ts';
import { NAUGHTY } from './support/naughty.ts';
import { ownedOrganization } from './support/owned-organization.ts';
import { readGrams, storedGrams } from './support/searchable.ts';
import { type Asked, telling } from './support/telling.ts';

/** More than is looked at along the time first, and more than one window of the index. */
const ENTRIES = 17_500;
/** Entries that the index has not taken in. */
const BEYOND = 700;

const STRANGE = [
  ...['100 % off', 'under_score', 'O\'Brien said "no"', 'back\\slash', 'İstanbul Iğdır ıssız'],
  ...['Straße STRASSE', 'ΣΊΣΥΦΟΣ σίσυφος', 'café café', '🚀 lift-off 👩‍👩‍👧', '--- *** ---'],
  ...[
    'ﬁne ﬂow',
    'Ⅷ ⅷ',
    'ǅ Ǆ ǆ',
    'a\nb\tc',
    'ÀÉÎÕÜ àéîõü',
    'НЕБО небо',
    '漢字かな',
    'x'.repeat(900),
  ],
  ...NAUGHTY.filter((text) => text.isWellFormed() && !text.includes('\u0000')),
];

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
let entries: AuditLog[];
let folded: string[];
let ledgerId: number;
const asked: Asked[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const owned = await ownedOrganization(fresh.database, 'searched');
  id = owned.id;
  session = telling(owned.session, asked);
  const other = await ownedOrganization(fresh.database, 'another');
  await recordAuditLogs(other.session, other.id, [eventAt(3), eventAt(7)]);
  const events = Array.from({ length: ENTRIES }, (_, n) => eventAt(n));
  for (let at = 0; at < ENTRIES; at += 1_000) {
    await recordAuditLogs(session, id, events.slice(at, at + 1_000));
    if (at < ENTRIES - BEYOND && at + 1_000 >= ENTRIES - BEYOND) {
      while (await deriveBehind(session, undefined, 1));
    }
  }
  const head = await fresh.database.read.ledger.findUniqueOrThrow({
    where: { organizationId: id },
  });
  ledgerId = head.id;
  entries = [];
  for (let after: string | null = null, more = true; more; ) {
    const page = await listAuditLogs(session, id, { first: 100, after, orderBy: OLDEST });
    entries.push(...page.rows);
    after = cursorOf(page.rows.at(-1), page.asOf);
    more = page.hasNextPage;
  }
  folded = entries.map(({ details }) => fold(details ?? ''));
}, 240_000);
afterAll(() => fresh.close());

const OLDEST = { field: 'SEQUENCE', direction: 'ASC' } as const;

/** Most say little and the same; strange texts are rare, and what is oldest is told a little later. */
function eventAt(n: number) {
  const strange = n % 61 === 0 ? ` ${STRANGE[(n / 61) % STRANGE.length]}` : '';
  return {
    scope: n % 3 ? 'COST' : 'SCHEDULING',
    action: `thing.did${n % 7}`,
    email: `person-${n % 900}@example.com`,
    createdAt: new Date(
      1_700_000_000_000 + n * 1_000 - ((n * 7_919) % 90_000) + (n % 997 === 0 ? 9_000_000 : 0),
    ),
    ...(n % 11 && { details: `Job ${n} ran${n < 3_000 ? ' early' : ''}${strange}` }),
  } as const;
}

const cursorOf = (entry: AuditLog | undefined, asOf: number): string | null =>
  entry
    ? encodeCursor({ createdAtMs: entry.createdAt.getTime(), sequence: entry.sequence, asOf })
    : null;

/** What a search means, by looking at each entry. */
function naively({ search, ...filter }: AuditLogFilter, upTo: number): AuditLog[] {
  const wanted = fold(search ?? '');
  const found = entries.filter(
    ({ sequence }, at) => sequence <= upTo && (folded[at] ?? '').includes(wanted),
  );
  return naivelyFiltered(found, filter);
}

const searches = (): fc.Arbitrary<string> => {
  const texts = [...new Set(entries.map(({ details }) => details ?? '').filter(Boolean))];
  const strange = texts.filter((text) => !/^Job \d+ ran( early)?$/.test(text));
  const piece = fc
    .tuple(fc.oneof(fc.constantFrom(...strange), fc.constantFrom(...texts)), fc.nat(), fc.nat())
    .map(([text, from, length]) => {
      const letters = [...text];
      const start = from % letters.length;
      return letters.slice(start, start + 1 + (length % 20)).join('');
    });
  const turned = fc
    .tuple(piece, fc.constantFrom('as it is', 'upper', 'lower'))
    .map(([text, how]) =>
      how === 'upper' ? text.toUpperCase() : how === 'lower' ? text.toLowerCase() : text,
    );
  return fc.oneof(
    { weight: 6, arbitrary: turned },
    { weight: 1, arbitrary: fc.constantFrom('zebra', 'ran job', 'early', 'Job', '%', '_', 'o_n') },
  );
};

const firstTwoPages = (all: AuditLog[], isBackward: boolean) =>
  isBackward ? [all.slice(-7), all.slice(-14, -7)] : [all.slice(0, 7), all.slice(7, 14)];

const turn = (isBackward: boolean, cursor: string | null = null) =>
  isBackward ? { last: 7, before: cursor } : { first: 7, after: cursor };

const counted = ({ length }: AuditLog[]) => ({
  count: Math.min(length, 10_000),
  isCapped: length > 10_000,
});

test('a search gives what looking at each entry gives, in any order, page, snapshot and company', async () => {
  let byIndex = 0;
  const property = fc.asyncProperty(
    searches(),
    fc.record({
      scopes: fc.constantFrom([], ['COST'] as const),
      actions: fc.constantFrom([], ['thing.did3'], ['thing.*']),
      emails: fc.constantFrom([], [], ['person-61@example.com']),
    }),
    fc.constantFrom('CREATED_AT', 'SEQUENCE'),
    fc.constantFrom('ASC', 'DESC'),
    fc.boolean(),
    fc.option(fc.integer({ min: 0, max: ENTRIES }), { freq: 3, nil: undefined }),
    async (search, others, field, direction, isBackward, asOf) => {
      const filter = { search, ...others };
      const matching = naively(filter, asOf ?? entries.length);
      const expected = naivelyOrdered(matching, field, direction);
      const [one = [], two] = firstTwoPages(expected, isBackward);
      asked.length = 0;
      const ask = { filter, orderBy: { field, direction }, asOf } as const;
      const page = await listAuditLogs(session, id, { ...ask, ...turn(isBackward) });
      expect(page.rows).toEqual(one);
      expect(await page.total()).toEqual(counted(expected));
      if (asked.some(({ text }) => text.includes('"AuditGram"'))) byIndex += 1;
      const cursor = cursorOf(isBackward ? one[0] : one.at(-1), page.asOf);
      const next = await listAuditLogs(session, id, { ...ask, ...turn(isBackward, cursor) });
      if (cursor) expect(next.rows).toEqual(two);
    },
  );
  await fc.assert(property, { numRuns: 120 });
  expect(byIndex).toBeGreaterThan(20);
}, 240_000);

test('several searched texts must all be there', async () => {
  const query = '"lift-off" "🚀 li" scope:cost,scheduling';
  const page = await listAuditLogs(session, id, { query, first: 100 });
  const expected = naively({ search: 'lift-off' }, entries.length);
  expect(expected.length).toBeGreaterThan(0);
  expect(new Set(page.rows)).toEqual(new Set(expected));
  expect(await page.total()).toEqual({ count: expected.length, isCapped: false });
  expect((await listAuditLogs(session, id, { query: '"lift-off" zebra' })).rows).toEqual([]);
});

test('a numbered page of a search passes over as many as it says', async () => {
  const filter = { search: 'early' };
  const expected = naivelyOrdered(naively(filter, entries.length), 'CREATED_AT', 'DESC');
  const page = await listAuditLogs(session, id, { filter, first: 20, skip: 400 });
  expect(page.rows).toEqual(expected.slice(400, 420));
});

test('what no entry says is answered by the index alone, without looking at the log', async () => {
  const absent = [randomBytes(9).toString('hex'), 'ran job', 'qz', 'qx', '☃', '⌘'].filter(
    (search) => naively({ search }, entries.length).length === 0,
  );
  expect(absent.length).toBeGreaterThan(3);
  for (const [at, search] of absent.entries()) {
    asked.length = 0;
    const field = at % 2 ? 'SEQUENCE' : 'CREATED_AT';
    const orderBy = { field, direction: 'DESC' } as const;
    const filter = { search };
    const page = await listAuditLogs(session, id, { filter, orderBy });
    expect([page.rows, await page.total()]).toEqual([[], { count: 0, isCapped: false }]);
    const looking = asked.filter(({ text }) => /strpos|instr/.test(text));
    // Near, and the entries that the index has not taken in.
    expect(looking.length).toBeLessThanOrEqual(3);
  }
});

test('the index says what the entries say', async () => {
  expect(await storedGrams(fresh, ledgerId)).toEqual(await readGrams(fresh, ledgerId));
});
