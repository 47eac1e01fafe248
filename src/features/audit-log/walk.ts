import type { Session } from '../../ledger/session.ts';
import { type AccessPath, BY_TIME, isWalk, wholeLog } from './access-path.ts';
import { leadsNowhere, pathByTime } from './choose-path.ts';
import type { Criteria } from './filter.ts';
import { isSearch } from './search-places.ts';
import type { Extent, Ordering } from './span-sql.ts';
import { stridesOf } from './strides.ts';

/** The order in which counts look: what is capped is what is oldest. */
export const NEWEST_FIRST: Ordering = { columns: BY_TIME, isAscending: false };

/** By what to look through an extent, and in which parts, one behind the other. */
export interface Walk {
  readonly path: AccessPath;
  readonly parts: Iterable<Extent> | AsyncIterable<Extent>;
}

/**
 * How to look through an extent in an order: by time as the narrowest index leads. Where the whole log
 * may have to be looked at, as for a search, it goes in strides.
 */
export async function walkOf(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  ordering: Ordering,
): Promise<Walk> {
  const path =
    ordering.columns === BY_TIME
      ? await pathByTime(session, extent, criteria)
      : wholeLog('sequence', criteria);
  if (leadsNowhere(path)) return { path, parts: [] };
  const isLong = isSearch(criteria) || isWalk(path);
  return { path, parts: isLong ? stridesOf(session, extent, ordering) : [extent] };
}
