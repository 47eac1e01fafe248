import { isLeafOfEntry, isPrunable } from './guard-sql.ts';
import type { PostgresqlFunction } from './postgresql-function.ts';

/** The function that prunes: where the application may delete nothing, it may call this. */
export const PRUNE_FUNCTION = 'prune_entries';

/** The most entries of one call. */
export const MOST_PRUNED = 1_000;

const refuseUnless = (condition: string, result: 'OLD' | 'NEW'): string => `
BEGIN
  IF ${condition} THEN
    RETURN ${result};
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END
`;

const pruneEntries = `
DECLARE
  pruned bigint;
BEGIN
  IF cardinality(sequences) > ${MOST_PRUNED} THEN
    RAISE EXCEPTION 'At most ${MOST_PRUNED} entries are pruned at a time';
  END IF;
  -- Plans made while these tables were small would scan them for every entry once they have grown.
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_hashjoin = off;
  SET LOCAL enable_mergejoin = off;
  PERFORM 1 FROM "Ledger" WHERE "id" = ledger FOR NO KEY UPDATE;
  INSERT INTO "PrunedLeaf" ("ledgerId", "sequence", "leafHash")
    SELECT "ledgerId", "sequence", "leafHash" FROM "AuditLog"
    WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
  DELETE FROM "AuditLog" WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
  GET DIAGNOSTICS pruned = ROW_COUNT;
  RETURN pruned;
END
`;

/** Parameters, their types, result and body of the Postgres functions of pruning. */
export const PRUNE_FUNCTIONS: readonly PostgresqlFunction[] = [
  [
    'refuse_unpruned',
    '',
    '',
    'trigger',
    refuseUnless(isPrunable(`string_agg(h."id", ' ' ORDER BY h."id")`), 'OLD'),
  ],
  ['refuse_invented_leaf', '', '', 'trigger', refuseUnless(isLeafOfEntry, 'NEW')],
  [
    PRUNE_FUNCTION,
    'ledger integer, sequences bigint[]',
    'integer, bigint[]',
    'bigint SECURITY DEFINER',
    pruneEntries,
  ],
];
