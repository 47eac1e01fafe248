import type { Provider } from '../../database/database.ts';
import { listRows, listValue } from '../../database/dialect.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import {
  admitsAction,
  hasPatterns,
  restrictsActions,
  type ScopedAction,
  scopesIn,
} from './access-path.ts';
import type { Criteria } from './filter.ts';
import { afterPrefixSql } from './filter-sql.ts';
import type { Extent } from './span-sql.ts';

/** Branches of one statement: SQLite takes no more. */
const MOST_BRANCHES = 500;

/**
 * The actions in scopes that the criteria admit: exact ones whether they are in the log or not, all
 * others found by skipping through the index. Null = nothing is asked of them, or they are too many.
 */
export async function pairsIn(
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

/** Whether `pairsIn` gives what the criteria name, and need not look into the log. */
export const areTold = (criteria: readonly Criteria[]): boolean => {
  const { exact, prefixes } = criteria.find(({ actions }) => hasPatterns(actions))?.actions ?? ANY;
  return exact.length > 0 && prefixes.length === 0;
};

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
SELECT s."value", ${nextAction('s."value"', '>= p."value"')}, CASE WHEN p."value" = '' THEN '' ELSE ${afterPrefixSql('p."value"')} END
FROM ${listRows(provider, '$2', 's')} CROSS JOIN ${listRows(provider, '$3', 'p')}
UNION ALL SELECT "scope", ${nextAction('"met"."scope"', '> "met"."action"')}, "to" FROM "met" WHERE ${WITHIN}
) SELECT "scope", "action" FROM "met" WHERE ${WITHIN} LIMIT $4`;

const nextAction = (scope: string, beyond: string): string =>
  `(SELECT "action" FROM "AuditLog" WHERE "ledgerId" = $1 AND "scope" = ${scope} AND "action" ${beyond} ORDER BY "ledgerId", "scope", "action" LIMIT 1)`;

const WITHIN = `"action" IS NOT NULL AND ("to" = '' OR "action" < "to")`;
