import { DAY_QUARTERS, QUARTER_MS } from '../../ledger/quarters.ts';
import { type Counted, eachQuarterWithin, type FacetRow, inQuarters } from './facet-rows.ts';

/** How many entries of a scope occurred on a day of UTC, by quarters of an hour. */
export interface ScopeDay {
  readonly scope: string;
  /** Days since the epoch. */
  readonly day: number;
  readonly counts: Float64Array;
}

/** Entries of a scope from an instant on, before the next instant that is told. */
export interface Point {
  readonly atMs: number;
  readonly scope: string;
  readonly count: number;
}

/** What rows over roll-ups count of a span, by days. */
export function scopeDaysIn(rows: readonly FacetRow[], { extent }: Counted): ScopeDay[] {
  const within = inQuarters(extent);
  const days = new Map<string, ScopeDay>();
  const countsOf = (scope: string, day: number): Float64Array => {
    const key = `${day} ${scope}`;
    const known = days.get(key) ?? { scope, day, counts: new Float64Array(DAY_QUARTERS) };
    days.set(key, known);
    return known.counts;
  };
  for (const { part, scope, at, count, quarters } of rows) {
    if (part === 'day' && quarters) {
      const counts = countsOf(scope, Number(at));
      eachQuarterWithin({ at }, quarters, within, (quarter, own) => raise(counts, quarter, own));
    } else {
      const [day, quarter] = placeOf(Number(at));
      raise(countsOf(scope, day), quarter, Number(count));
    }
  }
  return [...days.values()];
}

const raise = (counts: Float64Array, quarter: number, count: number): void => {
  counts[quarter] = (counts[quarter] ?? 0) + count;
};

/** The first and the last instant at which there may be an entry, by quarters; null without any. */
export function spanOf(days: readonly ScopeDay[]): readonly [number, number] | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { day, counts } of days) {
    const from = counts.findIndex((count) => count !== 0);
    if (from === -1) continue;
    const to = counts.findLastIndex((count) => count !== 0);
    first = Math.min(first, day * DAY_QUARTERS + from);
    last = Math.max(last, day * DAY_QUARTERS + to);
  }
  return last < first ? null : [first * QUARTER_MS, last * QUARTER_MS];
}

/** The entries of days, told once for each stretch of a day in which none of these begins. */
export function pointsBetween(starts: readonly number[], days: readonly ScopeDay[]): Point[] {
  const begun = Map.groupBy(
    starts.map((start) => placeOf(start / QUARTER_MS)),
    ([day]) => day,
  );
  return days.flatMap(({ scope, day, counts }) => {
    const within = (begun.get(day) ?? []).map(([, quarter]) => quarter);
    const cuts = [...new Set([0, ...within])];
    return cuts
      .map((from, at) => ({
        atMs: (day * DAY_QUARTERS + from) * QUARTER_MS,
        scope,
        count: sumOf(counts, from, cuts[at + 1] ?? DAY_QUARTERS),
      }))
      .filter(({ count }) => count !== 0);
  });
}

function sumOf(counts: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let quarter = from; quarter < to; quarter += 1) sum += counts[quarter] ?? 0;
  return sum;
}

/** The day of UTC and its quarter of an hour that a quarter since the epoch is. */
const placeOf = (quarter: number): readonly [day: number, quarter: number] => {
  const day = Math.floor(quarter / DAY_QUARTERS);
  return [day, quarter - day * DAY_QUARTERS];
};
