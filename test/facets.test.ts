import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../src/features/audit-log/audit-log.ts';
import { auditLogFacets, facetBy, facetCount } from '../src/features/audit-log/audit-log-facets.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { INTERVALS, type Interval } from '../src/kernel/calendar.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import type { Session } from '../src/ledger/session.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { filterTrial } from './support/filter-trial.ts';
import { anyFilter, everyEntry, inCalls, sampleEvents } from './support/filtered-log.ts';
import { naiveHistogram, naivelyCounted } from './support/naive-facets.ts';
import { naivelyFiltered } from './support/naive-log.ts';
import { ownedOrganization } from './support/owned-organization.ts';

const { lines, runs } = filterTrial();

const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu'],
  ...['Australia/Lord_Howe', 'Pacific/Chatham', 'America/Sao_Paulo', 'Pacific/Apia'],
];

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
let entries: AuditLog[];

beforeAll(async () => {
  fresh = await freshDatabase();
  ({ session, id } = await ownedOrganization(fresh.database, 'counted'));
  const other = await ownedOrganization(fresh.database, 'another');
  const calls = inCalls(overYears(sampleEvents(lines)));
  for (const [at, events] of calls.entries()) {
    await recordAuditLogs(session, id, events);
    if (at === 0) await recordAuditLogs(other.session, other.id, events);
    // The newest entries are in no roll-up yet.
    if (at < calls.length - 1) await deriveBehind(session, undefined, 1);
  }
  entries = await everyEntry(session, id);
}, 600_000);
afterAll(() => fresh.close());

/** The events again and again at other times, so that clocks change between them. */
const overYears = (events: ReturnType<typeof sampleEvents>): typeof events =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((times) =>
    events.map(({ createdAt, ...event }) => ({
      ...event,
      createdAt: createdAt && new Date(createdAt.getTime() - times * 3_567_899_000),
    })),
  );

/** What the facets say, put as a naive count puts it. */
async function facetsOf(filter: AuditLogFilter, asOf: number | undefined) {
  const facets = await auditLogFacets(session, id, { filter, asOf });
  const isCapped = (await facets.alike()).isCapped || (await facets.actors(100)).isCapped;
  return {
    facets,
    isCapped,
    told: {
      count: await facetCount(facets),
      byScope: await facetBy(facets, 'scope', 100),
      byAction: await facetBy(facets, 'action', 100),
      byOutcome: await facetBy(facets, 'outcome', 100),
      byActor: (await facets.actors(100)).counts,
    },
  };
}

async function expectTrue(
  filter: AuditLogFilter,
  asOf: number | undefined,
  interval: Interval,
  zone: string,
): Promise<number> {
  const snapshot = entries.filter(({ sequence }) => sequence <= (asOf ?? entries.length));
  const expected = naivelyFiltered(snapshot, filter);
  const { facets, told, isCapped } = await facetsOf(filter, asOf);
  if (!isCapped) expect(told).toEqual(naivelyCounted(expected));
  await expectHistogram(expected, facets.histogram(interval, zone), interval, zone);
  return expected.length;
}

const DAYS = { HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 31 };

/** That it has every bucket, those without entries too, or is refused for having too many. */
async function expectHistogram(
  expected: readonly AuditLog[],
  histogram: ReturnType<Awaited<ReturnType<typeof auditLogFacets>>['histogram']>,
  interval: Interval,
  zone: string,
): Promise<void> {
  const times = expected.map(({ createdAt }) => createdAt.getTime());
  const days = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / DAY_MS;
  if (days / DAYS[interval] > 1_001) return expect(histogram).rejects.toThrow('1000');
  if (days / DAYS[interval] > 900) {
    await histogram.catch(() => null);
    return;
  }
  const { counts, isCapped } = await histogram;
  if (isCapped) return;
  const filled = counts.filter(({ count }) => count > 0);
  expect(filled).toEqual(naiveHistogram(expected, interval, zone));
  if (counts.length > 0) expect([counts[0], counts.at(-1)]).toEqual([filled[0], filled.at(-1)]);
  for (const [at, { from }] of counts.slice(1).entries()) {
    const length = from.getTime() - (counts[at]?.from.getTime() ?? 0);
    expect(length / DAY_MS).toBeLessThanOrEqual(DAYS[interval] + 1 / 24);
    expect(length).toBeGreaterThan(0);
  }
}

test('facets of any filter and snapshot are what counting every entry gives', async () => {
  let matched = 0;
  const property = fc.asyncProperty(
    anyFilter(entries),
    fc.option(fc.integer({ min: 0, max: entries.length }), { freq: 2, nil: undefined }),
    fc.constantFrom(...INTERVALS.filter((interval) => interval !== 'HOUR')),
    fc.constantFrom(...ZONES),
    async (filter, asOf, interval, zone) => {
      matched += (await expectTrue(filter, asOf, interval, zone)) > 0 ? 1 : 0;
    },
  );
  await fc.assert(property, { numRuns: runs });
  expect(matched).toBeGreaterThan(runs / 10);
}, 600_000);

test('facets of what roll-ups know, with spans that end anywhere, are what counting gives', async () => {
  const times = entries.map(({ createdAt }) => createdAt.getTime());
  const instant = fc
    .tuple(fc.constantFrom(...times), fc.constantFrom(0, 1, 60_001, 900_000, 86_400_000))
    .map(([ms, more]) => new Date(ms + more));
  const filter = fc.record(
    {
      createdAt: fc.record({ from: instant, to: instant }, { requiredKeys: [] }),
      scopes: fc.constantFrom([], ['PLATFORM'], ['PROVISIONING', 'PLATFORM']),
      outcomes: fc.constantFrom([], ['SUCCESS'], ['FAILURE', 'DENIED']),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<AuditLogFilter>;
  const property = fc.asyncProperty(
    filter.filter(({ createdAt: span }) => !span?.from || !span.to || span.from < span.to),
    fc.constantFrom(...INTERVALS.filter((interval) => interval !== 'HOUR')),
    fc.constantFrom(...ZONES),
    fc.option(fc.integer({ min: 0, max: entries.length }), { freq: 2, nil: undefined }),
    async (own, interval, zone, asOf) => {
      await expectTrue(own, asOf, interval, zone);
    },
  );
  await fc.assert(property, { numRuns: runs });
}, 600_000);
