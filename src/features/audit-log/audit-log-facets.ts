import type { Interval } from '../../kernel/calendar.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { timeZoneProblem } from '../../kernel/time-zone.ts';
import { authorizeReading } from '../../ledger/authorize.ts';
import { onReplica } from '../../ledger/on-replica.ts';
import type { Session } from '../../ledger/session.ts';
import { isImpossible } from './access-path.ts';
import { busiest, countActors, countAlike, type FacetValue, type Tallied } from './count-facets.ts';
import { extentOf } from './extent.ts';
import type { Counted } from './facet-rows.ts';
import { type AuditLogFilter, criteriaOf, isUnrestricted } from './filter.ts';
import { countByTime, type HistogramBucket } from './histogram.ts';
import { queryCriteria } from './query-text.ts';
import { snapshotAt } from './snapshot.ts';

/** Which entries of a log to count. */
export interface AuditLogFacetsInput {
  readonly filter?: AuditLogFilter | null | undefined;
  /** A query text; holds together with the filter. */
  readonly query?: string | null | undefined;
  /** The snapshot: nothing recorded after this sequence. Absent = all there is. */
  readonly asOf?: number | null | undefined;
}

/** Counts of the entries of one snapshot that match, each worked out when first asked for. */
export interface AuditLogFacets {
  readonly asOf: number;
  readonly alike: () => ReturnType<typeof countAlike>;
  readonly actors: (first: number) => Promise<Tallied<FacetValue>>;
  readonly histogram: (interval: Interval, timeZone: string) => Promise<Tallied<HistogramBucket>>;
}

/** The values of one facet unless more or fewer are asked for. */
export const DEFAULT_VALUES = 10;

/** The most values of one facet. */
export const MOST_VALUES = 100;

const NONE = { counts: [], isCapped: false };

/**
 * Facets of an organization's log, with the meaning that the filter has for pages.
 * @throws InvalidInputError a filter, query or snapshot breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:read`
 */
export async function auditLogFacets(
  session: Session,
  organizationId: OrganizationId,
  input: AuditLogFacetsInput,
): Promise<AuditLogFacets> {
  const criteria = [criteriaOf(input.filter), ...queryCriteria(input.query)].filter(
    (one) => !isUnrestricted(one),
  );
  const head = await authorizeReading(session, organizationId, 'auditLog:read');
  const asOf = snapshotAt(input.asOf, head) ?? head.size;
  const { ledgerId } = head;
  const counted: Counted = {
    ledgerId,
    asOf,
    criteria,
    extent: extentOf(ledgerId, asOf + 1, criteria),
  };
  const isEmpty = isImpossible(criteria);
  const reading = isEmpty ? session : await onReplica(session, head);
  return {
    asOf,
    alike: once(() => (isEmpty ? NONE : countAlike(reading, counted))),
    actors: once((first: number) => {
      refuse(['first', valuesProblem(first)]);
      return isEmpty ? NONE : countActors(reading, counted, first);
    }),
    histogram: once((interval: Interval, timeZone: string) => {
      refuse(['timezone', timeZoneProblem(timeZone)]);
      return isEmpty ? NONE : countByTime(reading, counted, interval, timeZone);
    }),
  };
}

/** The entries by one of scope, action and outcome, most first. */
export async function facetBy<Value extends string>(
  { alike }: AuditLogFacets,
  name: 'scope' | 'action' | 'outcome',
  first: number,
): Promise<FacetValue<Value>[]> {
  refuse(['first', valuesProblem(first)]);
  const { counts } = await alike();
  const sums = new Map<string, number>();
  for (const one of counts) sums.set(one[name], (sums.get(one[name]) ?? 0) + one.count);
  const values = [...sums].map(([value, count]) => ({ value: value as Value, count }));
  return busiest(values, first);
}

/** How many entries were counted in all. */
export async function facetCount({ alike }: AuditLogFacets): Promise<number> {
  const { counts } = await alike();
  return counts.reduce((sum, { count }) => sum + count, 0);
}

const valuesProblem = (first: number): string | null =>
  ifGiven(first, (count) =>
    count >= 0 && count <= MOST_VALUES ? null : `Must be from 0 to ${MOST_VALUES}; it is ${count}.`,
  );

/** Works each set of arguments out once. */
function once<Arguments extends readonly (string | number)[], T>(
  work: (...given: Arguments) => T | Promise<T>,
): (...given: Arguments) => Promise<T> {
  const results = new Map<string, Promise<T>>();
  return (...given) => {
    const key = given.join(' ');
    const result = results.get(key) ?? Promise.resolve().then(() => work(...given));
    results.set(key, result);
    return result;
  };
}
