import type { Bindable } from '../../database/bindings.ts';
import type { Criteria } from './filter.ts';
import { ALL_TIMES, BEYOND, type Extent } from './span-sql.ts';

/** What criteria leave of a log's snapshot: all before the sequence `beyond`, in the spans of time they ask for. */
export const extentOf = <Value extends Bindable = number>(
  ledgerId: Value,
  beyond: Value | number,
  criteria: readonly Criteria[],
): Extent<Value> => ({
  ledgerId,
  times: {
    // Sequences begin at 1: these two leave in the one instant and out the other, as asked.
    above: criteria.map(({ fromMs }) => [fromMs ?? -BEYOND, 0]).reduce(later, ALL_TIMES.above),
    below: criteria.map(({ toMs }) => [toMs ?? BEYOND, 0]).reduce(earlier, ALL_TIMES.below),
  },
  sequences: { above: [0], below: [beyond] },
});

type Place = readonly number[];

const isLater = (a: Place, b: Place): boolean => {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
};

/** The later of two places. */
export const later = (a: Place, b: Place): Place => (isLater(a, b) ? a : b);

/** The earlier of two places. */
export const earlier = (a: Place, b: Place): Place => (isLater(a, b) ? b : a);
