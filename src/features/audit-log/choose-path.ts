import type { Provider } from '../../database/database.ts';
import { listRows, listValue } from '../../database/dialect.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import {
  type AccessPath,
  admitsAction,
  hasPatterns,
  isCovered,
  narrowPaths,
  restrictsActions,
  type ScopedAction,
  scopesIn,
  wholeLog,
} from './access-path.ts';
import type { Criteria } from './filter.ts';
import { afterPrefixSql, Bindings } from './filter-sql.ts';
import { countSql, type Extent } from './page-sql.ts';

/** Branches of one statement: SQLite takes no more. */
const MOST_BRANCHES = 500;
/** How far the entries of a path are counted. */
const FEW = 1_000;
/** What it costs to look at an entry itself, to looking at what its index says of it. */
const ENTRY_COST = 20;

/**
 * The path that costs least. Where several indexes could answer, each is asked how many entries it
 * leads to, counted no further than `FEW`.
 */
export async function pathByTime(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath> {
  return cheapest(
    session,
    extent,
    narrowPaths(criteria, await pairsIn(session, extent, criteria)),
    wholeLog('time', criteria),
  );
}

/** The same where entries are gathered before they are ordered: also by the time, where that is restricted. */
export async function pathToGather(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
): Promise<AccessPath> {
  const isTimed = criteria.some(({ fromMs, toMs }) => fromMs !== null || toMs !== null);
  const byTime = wholeLog('time', criteria);
  const paths = narrowPaths(criteria, await pairsIn(session, extent, criteria));
  return cheapest(session, extent, [...paths, ...(isTimed ? [byTime] : [])], byTime);
}

/** Whether no entry can be met by a path: nothing need be asked. */
export const leadsNowhere = ({ tuples }: AccessPath): boolean => tuples.length === 0;

/**
 * The actions in scopes that the criteria admit: exact ones whether they are in the log or not, all
 * others found by skipping through the index. Null = nothing is asked of them, or they are too many.
 */
async function pairsIn(
  session: Session,
  { ledgerId }: Extent,
  criteria: readonly Criteria[],
): Promise<readonly ScopedAction[] | null> {
  const narrowed = scopesIn(criteria);
  if (!narrowed && !criteria.some(restrictsActions)) return null;
  const scopes = narrowed ?? PRODUCT_SCOPES;
  const { exact, prefixes } = criteria.find(({ actions }) => hasPatterns(actions))?.actions ?? ANY;
  const told = exact.flatMap((action) => scopes.map((scope) => ({ scope, action })));
  const found = await pairsBetween(session, ledgerId, scopes, prefixes);
  const known = new Set(exact);
  const pairs = [...told, ...found.filter(({ action }) => !known.has(action))];
  if (pairs.length > MOST_BRANCHES) return null;
  return pairs.filter(({ action }) => admitsAction(criteria, action));
}

/** Every action. */
const ANY = { exact: [], prefixes: [''] } as const;

async function pairsBetween(
  session: Session,
  ledgerId: number,
  scopes: readonly string[],
  prefixes: readonly string[],
): Promise<readonly ScopedAction[]> {
  const widest = prefixes.filter(
    (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  if (widest.length === 0) return [];
  const { provider } = session;
  const lists = [scopes, widest].map((texts) => listValue(provider, texts));
  return session.select<ScopedAction>(pairsSql(provider), [ledgerId, ...lists, MOST_BRANCHES + 1]);
}

const pairsSql = (provider: Provider): string => `WITH RECURSIVE "met"("scope", "action", "to") AS (
SELECT s."value", ${nextAction(provider, 's."value"', '>= p."value"')}, CASE WHEN p."value" = '' THEN '' ELSE ${afterPrefixSql('p."value"')} END
FROM ${listRows(provider, '$2', 's')} CROSS JOIN ${listRows(provider, '$3', 'p')}
UNION ALL SELECT "scope", ${nextAction(provider, '"met"."scope"', '> "met"."action"')}, "to" FROM "met" WHERE ${WITHIN}
) SELECT "scope", "action" FROM "met" WHERE ${WITHIN} LIMIT $4`;

/** On SQLite the order must leave out the scope, or each step sorts all actions of the scope that are left. */
const nextAction = (provider: Provider, scope: string, beyond: string): string =>
  `(SELECT "action" FROM "AuditLog" WHERE "ledgerId" = $1 AND "scope" = ${scope} AND "action" ${beyond} ORDER BY ${provider === 'sqlite' ? '' : '"ledgerId", "scope", '}"action" LIMIT 1)`;

const WITHIN = `"action" IS NOT NULL AND ("to" = '' OR "action" < "to")`;

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
  const bindings = new Bindings(session.provider);
  const counts = paths.map(
    (path, at) => `(${countSql({ ...path, rest: [] }, extent, FEW + 1, bindings)}) AS "path${at}"`,
  );
  const [row = {}] = await session.select<Record<string, number | bigint>>(
    `SELECT ${counts.join(', ')}`,
    bindings.values,
  );
  const costs = paths.map((path, at) => costOf(path, Number(row[`path${at}`])));
  return paths[costs.indexOf(Math.min(...costs))] ?? first;
}

/**
 * What it costs to look at all that a path leads to, in entries of an index. Where they are more
 * than were counted, the page is met before their end, and the sooner the fewer branches are begun.
 */
function costOf(path: AccessPath, count: number): number {
  const one = isCovered(path) ? 1 : ENTRY_COST;
  return count > FEW ? one * (FEW * ENTRY_COST + path.tuples.length) : one * count;
}
