import { Bindings } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import {
  type AccessPath,
  answersAll,
  costOfEach,
  ENTRY_COST,
  isCovered,
  isWalk,
  narrowPaths,
  wholeLog,
} from './access-path.ts';
import { type Criteria, isTimed } from './filter.ts';
import { countSql, nearestCount, type PageRead } from './page-sql.ts';
import { areTold, pairsIn } from './scoped-actions.ts';
import type { Extent } from './span-sql.ts';

/** How far the entries of a path are counted: so many are looked at one by one in little time. */
export const FEW = 1_000;
/** The same where entries lie beside each other, as they do along the time. */
const NEIGHBOUR_COST = 2;
/** Entries next to a page's beginning that tell how soon the log itself would fill it. */
const NEAREST = 400;

/** A path that was chosen. */
export interface Choice {
  readonly path: AccessPath;
  /**
   * For which pages of the same criteria it may be used again: none, where the log as it was says
   * what it leads to; those of the beginning, where it was the cheapest; all, where there is no other.
   */
  readonly lasts: 'never' | 'at the beginning' | 'everywhere';
}

/** Whether there is no way but to look at each entry of the log: then no more than a stride of it at a time. */
export const isStrided = ({ path, lasts }: Choice): boolean =>
  lasts === 'everywhere' && isWalk(path);

/**
 * The path by which a page ordered by time costs least. Where several could answer, each index is
 * asked how many entries it leads to, counted no further than `FEW`, and the entries next to the
 * page's beginning how many of them match: what is common is met soonest along the time.
 */
export async function pathOfPage(session: Session, page: PageRead): Promise<Choice> {
  const {
    extent,
    criteria,
    rows: { limit },
  } = page;
  const pairs = await pairsIn(session, extent, criteria);
  const narrow = narrowPaths(criteria, pairs);
  const byTime = wholeLog('time', criteria);
  const isLasting = pairs === null || areTold(criteria);
  const [first = byTime, ...others] = narrow;
  if (others.length === 0 && isLasting) return { path: first, lasts: 'everywhere' };
  const nowhere = narrow.find(leadsNowhere);
  if (nowhere) return { path: nowhere, lasts: 'never' };
  const { counts, met } = await countsOf(session, extent, narrow, (bindings) =>
    nearestCount(page, NEAREST, bindings),
  );
  const walked = (limit * NEAREST) / met;
  const costs = narrow.map((path, at) => {
    const cost = costOf(path, counts[at] ?? 0, limit);
    // What matches is met along one branch no later than along the time, whose entries those are.
    return path.tuples.length === 1 && isCovered(path) ? Math.min(cost, walked) : cost;
  });
  const least = Math.min(...costs);
  return walked * NEIGHBOUR_COST < least + limit * ENTRY_COST
    ? { path: byTime, lasts: 'at the beginning' }
    : {
        path: narrow[costs.indexOf(least)] ?? byTime,
        lasts: isLasting ? 'at the beginning' : 'never',
      };
}

/** The path by which all that match are counted soonest, in the order of time. */
export async function pathByTime(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath> {
  const paths = narrowPaths(criteria, await pairsIn(session, extent, criteria));
  return cheapest(session, extent, paths, wholeLog('time', criteria));
}

/** The same where entries are gathered before they are ordered: also by the time, where that is restricted. */
export async function pathToGather(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath> {
  const paths = await pathsToGather(session, extent, criteria);
  return cheapest(session, extent, paths, wholeLog('time', criteria));
}

/** The path that leads to the fewest entries, where those are no more than `FEW`; else null. */
export async function pathToFew(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath | null> {
  const paths = await pathsToGather(session, extent, criteria);
  const nowhere = paths.find(leadsNowhere);
  if (nowhere || paths.length === 0) return nowhere ?? null;
  const { counts } = await countsOf(session, extent, paths);
  const least = Math.min(...counts);
  return least <= FEW ? (paths[counts.indexOf(least)] ?? null) : null;
}

async function pathsToGather(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<readonly AccessPath[]> {
  const paths = narrowPaths(criteria, await pairsIn(session, extent, criteria));
  return isTimed(criteria) ? [...paths, wholeLog('time', criteria)] : paths;
}

/** Whether no entry can be met by a path: nothing need be asked. */
export const leadsNowhere = ({ tuples }: AccessPath): boolean => tuples.length === 0;

/** The cheapest path; of those that are equal the first. */
async function cheapest(
  session: Session,
  extent: Extent,
  paths: readonly AccessPath[],
  otherwise: AccessPath,
): Promise<AccessPath> {
  const [first = otherwise, ...others] = paths;
  if (others.length === 0) return first;
  const nowhere = paths.find(leadsNowhere);
  if (nowhere) return nowhere;
  const { counts } = await countsOf(session, extent, paths);
  const costs = paths.map((path, at) => costOf(path, counts[at] ?? 0));
  return paths[costs.indexOf(Math.min(...costs))] ?? first;
}

/** How many entries each path leads to, and what else is asked for in the same statement. */
async function countsOf(
  session: Session,
  extent: Extent,
  paths: readonly AccessPath[],
  alsoOf: (bindings: Bindings) => string = () => 'SELECT 0',
): Promise<{ readonly counts: readonly number[]; readonly met: number }> {
  const bindings = new Bindings(session.provider);
  const asked = [
    ...paths.map((path) => countSql({ ...path, rest: [] }, extent, FEW + 1, bindings)),
    alsoOf(bindings),
  ];
  const [row = {}] = await session.select<Record<string, number | bigint>>(
    `SELECT ${asked.map((sql, at) => `(${sql}) AS "count${at}"`).join(', ')}`,
    bindings.values,
  );
  const counts = asked.map((_, at) => Number(row[`count${at}`]));
  return { counts: counts.slice(0, -1), met: counts.at(-1) ?? 0 };
}

/**
 * What it costs, in entries of an index, to look at all that a path leads to, or only at a page of
 * `limit` where all of it matches. Where they are more than were counted and some do not match, the
 * page is met before their end, and the sooner the fewer branches are begun.
 */
function costOf(path: AccessPath, count: number, limit?: number): number {
  const branches = path.tuples.length;
  if (limit !== undefined && answersAll(path)) return Math.min(count, limit * branches) + branches;
  const one = costOfEach(path);
  return count > FEW ? one * (FEW * ENTRY_COST + branches) : one * count;
}
