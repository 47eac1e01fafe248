import type { Session } from '../../ledger/session.ts';
import { type AccessPath, costOfEach, narrowPaths, wholeLog } from './access-path.ts';
import { type Criteria, isTimed } from './filter.ts';
import type { LikelyNumbers } from './likely-numbers.ts';
import { pairsIn } from './scoped-actions.ts';
import type { Extent } from './span-sql.ts';

/**
 * The path along which all that match are gathered at least cost, by what is likely. Which actions there
 * are in which scopes is asked only where they lead to the fewest. Null where that does not tell.
 */
export async function likelyPath(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  { size, matching }: LikelyNumbers,
): Promise<AccessPath | null> {
  const paths = [
    ...narrowPaths(criteria, null),
    ...(matching.action === undefined ? [] : [byActions(criteria, [])]),
    ...(isTimed(criteria) ? [wholeLog('time', criteria)] : []),
  ].filter((path) => path !== undefined);
  const numbers: Readonly<Record<string, number>> = { ...matching, time: size };
  // What programs did in the name of people is far less than what either did: only its index tells.
  if (paths.some(({ index }) => numbers[index] === undefined)) return null;
  // Of a span of time each leads to the same part.
  const costs = paths.map((path) => costOfEach(path) * (numbers[path.index] ?? 0));
  const least = paths[costs.indexOf(Math.min(...costs))];
  if (least?.index !== 'action') return least ?? null;
  const pairs = await pairsIn(session, extent, criteria);
  return (pairs && byActions(criteria, pairs)) ?? null;
}

const byActions = (...asked: Parameters<typeof narrowPaths>): AccessPath | undefined =>
  narrowPaths(...asked).find(({ index }) => index === 'action');
