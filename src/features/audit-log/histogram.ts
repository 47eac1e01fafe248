import { type Interval, spanStarts } from '../../kernel/calendar.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { DAY_QUARTERS, QUARTER_MS } from '../../ledger/quarters.ts';
import type { Session } from '../../ledger/session.ts';
import { QUARTER_SQL } from '../../ledger/tallies.ts';
import { type FacetValue, isComplete, LOOSE, type Tallied, wholeQuarters } from './count-facets.ts';
import {
  type Counted,
  inQuarters,
  type Parts,
  partSql,
  rolledUp,
  stretchSql,
  tailSql,
} from './facet-rows.ts';
import { scanned } from './scan-facets.ts';
import { type Point, pointsBetween, scopeDaysIn, spanOf } from './scope-days.ts';
import { asksForPeople, isAllOf, isTallied, talliesSql, tallyConditions } from './tally-sql.ts';

/** How many entries occurred in a span of local time. */
export interface HistogramBucket {
  readonly from: Date;
  readonly count: number;
  readonly byScope: readonly FacetValue[];
}

/** The most buckets of a histogram. */
export const MOST_BUCKETS = 1_000;

/**
 * The entries by when they occurred: every bucket from the first that has any to the last.
 * @throws InvalidInputError it would have over 1,000
 */
export async function countByTime(
  session: Session,
  counted: Counted,
  interval: Interval,
  timeZone: string,
): Promise<Tallied<HistogramBucket>> {
  const parts = timeParts(counted);
  const rows = parts && (await rolledUp(session, counted, parts));
  if (rows && isComplete(rows)) {
    const days = scopeDaysIn(rows, counted);
    const starts = startsOf(interval, timeZone, spanOf(days));
    // Only local mean times of old lie amid a quarter of an hour.
    const isTold = starts.every((start) => start % QUARTER_MS === 0);
    if (isTold) return { counts: bucketsOf(starts, pointsBetween(starts, days)), isCapped: false };
  }
  const found = await scanned(session, counted, ['scope', 'createdAtMs']);
  const points = found.rows.map(({ scope, createdAtMs, count }) => ({
    ...{ scope, count, atMs: Number(createdAtMs) },
  }));
  const times = points.map(({ atMs }) => atMs);
  const span = times.length > 0 ? ([Math.min(...times), Math.max(...times)] as const) : null;
  const counts = bucketsOf(startsOf(interval, timeZone, span), points);
  return { counts, isCapped: found.isCapped };
}

const BY_QUARTER = `GROUP BY "scope", ${QUARTER_SQL}`;
const QUARTER = { scope: '"scope"', at: QUARTER_SQL };

/** Null where roll-ups do not answer. */
function timeParts(counted: Counted): Parts | null {
  const { extent, criteria } = counted;
  if (!isTallied(criteria) || asksForPeople(criteria)) return null;
  const { first, end, stretches } = inQuarters(extent);
  const [from, to] = [first, end - 1].map((quarter) => Math.floor(quarter / DAY_QUARTERS));
  const columns = ['scope', 'createdAtMs'] as const;
  return (bindings) => {
    const days = isAllOf('scope', criteria)
      ? `"AuditScopeDay" d WHERE d."ledgerId" = ${bindings.bind(counted.ledgerId)} AND ${tallyConditions(counted, bindings)}`
      : `${talliesSql(counted, bindings)} JOIN "AuditTallyDay" d ON d."tallyId" = "tally"."id" WHERE true`;
    const day = { scope: '"scope"', at: 'd."day"', count: 'd."count"', quarters: 'd."quarters"' };
    const tail = tailSql(wholeQuarters(counted), columns, bindings);
    return [
      `${partSql('day', day)} FROM ${days} AND d."day" >= ${bindings.bind(from ?? 0)} AND d."day" <= ${bindings.bind(to ?? 0)}`,
      `${partSql('tail', { ...QUARTER, count: LOOSE })} FROM ${tail} ${BY_QUARTER}`,
      ...stretches.map(
        (stretch) =>
          `${partSql('edge', { ...QUARTER, count: 'count(*)' })} FROM ${stretchSql(counted, stretch, columns, bindings)} ${BY_QUARTER}`,
      ),
    ];
  };
}

function startsOf(
  interval: Interval,
  timeZone: string,
  span: readonly [firstMs: number, lastMs: number] | null,
): number[] {
  if (!span) return [];
  const starts = spanStarts(interval, timeZone, span, MOST_BUCKETS);
  if (starts) return starts;
  const message = `The entries of this filter spread over more than ${MOST_BUCKETS} of these: choose a longer interval, or a shorter span in filter.createdAt.`;
  throw new InvalidInputError([{ path: ['interval'], message }]);
}

function bucketsOf(starts: readonly number[], points: readonly Point[]): HistogramBucket[] {
  const scopes = starts.map(() => new Map<string, number>());
  let at = 0;
  for (const { atMs, scope, count } of points.toSorted((a, b) => a.atMs - b.atMs)) {
    while (at + 1 < starts.length && (starts[at + 1] ?? 0) <= atMs) at += 1;
    scopes[at]?.set(scope, (scopes[at]?.get(scope) ?? 0) + count);
  }
  return starts.map((start, place) => {
    const byScope = [...(scopes[place] ?? [])].map(([value, count]) => ({ value, count }));
    return {
      from: new Date(start),
      count: byScope.reduce((sum, { count }) => sum + count, 0),
      byScope: byScope.sort((a, b) => (a.value < b.value ? -1 : 1)),
    };
  });
}
