import type { Database } from './database.ts';
import { ERASURE_FUNCTIONS } from './erasure-functions.ts';
import { PRUNE_FUNCTIONS } from './prune-functions.ts';

/**
 * A function acts as it was written only with the rights, the search path and the owner that it was
 * given: a trigger's function belongs to the owner of the log's table, one that acts with its owner's
 * rights to the same or to a role that nobody can sign in as.
 */
const FUNCTIONS = `
SELECT p.proname AS "name", p.prosrc AS "body", p.prosecdef AS "isDefiner",
  l.lanname = 'plpgsql' AND p.provolatile = 'v' AND p.prokind = 'f'
    -- The one that always refuses looks at no table.
    AND p.proconfig IS NOT DISTINCT FROM CASE WHEN p.proname <> 'refuse_change' THEN
      ARRAY['search_path=' || quote_ident(current_schema()) || ', pg_temp'] END
    AND (p.proowner = t.relowner OR p.prosecdef AND NOT o.rolcanlogin AND NOT o.rolsuper) AS "isAsMade"
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang
JOIN pg_roles o ON o.oid = p.proowner
JOIN pg_class t ON t.relnamespace = p.pronamespace AND t.relname = 'AuditLog'
WHERE p.pronamespace = current_schema()::regnamespace`;

interface FunctionRow {
  readonly name: string;
  readonly body: string;
  readonly isDefiner: boolean;
  readonly isAsMade: boolean;
}

/** The Postgres functions by which triggers refuse, and those that may do what triggers let pass. */
export async function alteredFunctions({ select }: Database): Promise<string[]> {
  const rows = await select<FunctionRow>(FUNCTIONS, []);
  return [...ERASURE_FUNCTIONS, ...PRUNE_FUNCTIONS]
    .filter(([name, , , returns, body]) => {
      const [one, ...others] = rows.filter((row) => row.name === name);
      // A second one of the name, with other parameters, could be taken for it.
      if (!one?.isAsMade || others.length > 0) return true;
      return one.body !== body || one.isDefiner !== returns.endsWith('SECURITY DEFINER');
    })
    .map(([name]) => `the function ${name}`);
}
