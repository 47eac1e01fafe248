import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import { type AccessPath, admitted, asksForActions, narrowPaths, wholeLog } from './access-path.ts';
import type { ActionPatterns, Criteria } from './filter.ts';
import { afterPrefix, Bindings } from './filter-sql.ts';
import { countSql, type Extent } from './page-sql.ts';

/** Branches of one statement: SQLite takes no more. */
const MOST_BRANCHES = 500;
/** Entries that are cheap to look at one by one. */
const FEW = 1_000;
/** Places that are cheap to sort. */
export const MOST_GATHERED = 5_000;

/**
 * The path by which the fewest entries are looked at. Where several indexes could answer, each is
 * asked how many entries it leads to, counted no further than a thousand.
 */
export async function pathByTime(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath> {
  const paths = await pathsOf(session, extent, criteria);
  const [only, ...others] = paths;
  if (others.length === 0) return only ?? wholeLog('time', criteria);
  const nowhere = paths.find(leadsNowhere);
  if (nowhere) return nowhere;
  return (await narrowest(session, extent, paths, FEW)).path;
}

/**
 * A path to so few entries that they can be gathered and sorted by their sequence; null when there
 * is none, so that the log itself, which has that order, meets them soon.
 */
export async function pathToFew(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath | null> {
  const isTimed = criteria.some(({ fromMs, toMs }) => fromMs !== null || toMs !== null);
  const paths = [
    ...(await pathsOf(session, extent, criteria)),
    ...(isTimed ? [wholeLog('time', criteria)] : []),
  ];
  if (paths.length === 0) return null;
  const nowhere = paths.find(leadsNowhere);
  if (nowhere) return nowhere;
  const { path, count } = await narrowest(session, extent, paths, MOST_GATHERED);
  return count <= MOST_GATHERED ? path : null;
}

/** Whether no entry can be met by a path: nothing need be asked. */
export const leadsNowhere = ({ tuples }: AccessPath): boolean => tuples.length === 0;

async function pathsOf(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath[]> {
  const asking = criteria.find(asksForActions);
  const scopeCount = admitted(criteria, 'scopes')?.length ?? PRODUCT_SCOPES.length;
  const most = Math.floor(MOST_BRANCHES / scopeCount);
  const actions = asking ? await actionsIn(session, extent, asking.actions, most) : null;
  return narrowPaths(criteria, actions);
}

/** The actions of the log that patterns admit, found by skipping through the index; null = too many. */
async function actionsIn(
  session: Session,
  { ledgerId }: Extent,
  { exact, prefixes }: ActionPatterns,
  most: number,
): Promise<readonly string[] | null> {
  const found = await Promise.all(
    prefixes.map((prefix) =>
      session.select<{ action: string }>(DISTINCT_ACTIONS, [
        ...[ledgerId, prefix, afterPrefix(prefix), most + 1],
      ]),
    ),
  );
  const actions = new Set([...exact, ...found.flat().map(({ action }) => action)]);
  return actions.size > most ? null : [...actions];
}

const nextAction = (beyond: string): string =>
  `(SELECT "action" FROM "AuditLog" WHERE "ledgerId" = $1 AND "action" ${beyond} AND "action" < $3 ORDER BY "ledgerId", "action" LIMIT 1)`;

const DISTINCT_ACTIONS = `WITH RECURSIVE "met"("action") AS (
SELECT ${nextAction('>= $2')}
UNION ALL SELECT ${nextAction('> "met"."action"')} FROM "met" WHERE "met"."action" IS NOT NULL
) SELECT "action" FROM "met" WHERE "action" IS NOT NULL LIMIT $4`;

/** The path with the fewest entries, of those that are equal the first; counts beyond `most` are equal. */
async function narrowest(
  session: Session,
  extent: Extent,
  paths: readonly AccessPath[],
  most: number,
): Promise<{ path: AccessPath; count: number }> {
  const bindings = new Bindings(session.provider);
  const counts = paths.map(
    (path, at) => `(${countSql({ ...path, rest: [] }, extent, most + 1, bindings)}) AS "path${at}"`,
  );
  const [row = {}] = await session.select<Record<string, number | bigint>>(
    `SELECT ${counts.join(', ')}`,
    bindings.values,
  );
  const measured = paths.map((path, at) => ({ path, count: Number(row[`path${at}`]) }));
  return measured.reduce((best, next) => (next.count < best.count ? next : best));
}
