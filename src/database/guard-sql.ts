import type { Provider } from './database.ts';
import { ONLY_ERASES_ENTRY, ONLY_ERASES_SALT, ONLY_GROWS } from './guard-conditions.ts';

type Verb = 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'INSERT';

/** One trigger that keeps entries as they were written. */
export interface Guard {
  readonly name: string;
  readonly table: string;
  readonly verb: Verb;
  /** The function that a Postgres trigger calls. */
  readonly calls?: string;
  readonly sql: string;
}

const refusal = (table: string, verb: string) => `${table} is append-only: ${verb} is refused`;

const sqliteGuard = (
  table: string,
  name: string,
  when: string,
  verb: Verb,
  said: string = verb === 'INSERT' ? 'REPLACE' : verb,
): Guard => ({
  name,
  table,
  verb,
  sql: `CREATE TRIGGER "${name}" BEFORE ${verb} ON "${table}"${when}
BEGIN
  SELECT RAISE(ABORT, '${refusal(table, said)}');
END`,
});

/** INSERT OR REPLACE fires neither the UPDATE nor the DELETE trigger: refuse the duplicate itself. */
const isKept = (table: string, condition: string) =>
  `\nWHEN EXISTS (SELECT 1 FROM "${table}" WHERE ${condition})`;

/**
 * The one way out of the log: the entry's leaf stays, a run of retention is open whose cutoff the
 * entry lies before, and that run has heeded every legal hold that stands.
 */
export const isPrunable = (holdIds: string): string => `EXISTS (
    SELECT 1 FROM "PrunedLeaf" p JOIN "RetentionRun" r ON r."openFor" = p."ledgerId"
    WHERE p."ledgerId" = OLD."ledgerId" AND p."sequence" = OLD."sequence" AND p."leafHash" = OLD."leafHash"
      AND OLD."recordedAtMs" < r."cutoffMs"
      AND r."heededHolds" = (
        SELECT coalesce(${holdIds}, '') FROM "LegalHold" h WHERE h."ledgerId" = OLD."ledgerId"
      )
  )`;

/** A leaf is kept of an entry that stands, as it stands. */
export const isLeafOfEntry = `EXISTS (
    SELECT 1 FROM "AuditLog"
    WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence" AND "leafHash" = NEW."leafHash"
  )`;

/** Fires unless the condition is true: neither when it is false nor when it is unknown. */
const unless = (condition: string) => `\nWHEN (${condition}) IS NOT TRUE`;

const SQLITE_GUARDS: readonly Guard[] = [
  sqliteGuard('AuditLog', 'AuditLog_no_update', unless(ONLY_ERASES_ENTRY), 'UPDATE'),
  sqliteGuard(
    'AuditLog',
    'AuditLog_no_delete',
    unless(isPrunable(`group_concat(h."id", ' ' ORDER BY h."id")`)),
    'DELETE',
  ),
  sqliteGuard(
    'AuditLog',
    'AuditLog_no_replace',
    `${isKept('AuditLog', '"ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence"')}
  OR EXISTS (SELECT 1 FROM "AuditLog" WHERE "id" = NEW."id")`,
    'INSERT',
  ),
  sqliteGuard('RecordedKey', 'RecordedKey_no_update', unless(ONLY_ERASES_SALT), 'UPDATE'),
  sqliteGuard('RecordedKey', 'RecordedKey_no_delete', '', 'DELETE'),
  sqliteGuard(
    'RecordedKey',
    'RecordedKey_no_replace',
    isKept('RecordedKey', '"ledgerId" = NEW."ledgerId" AND "keyHash" = NEW."keyHash"'),
    'INSERT',
  ),
  sqliteGuard('PrunedLeaf', 'PrunedLeaf_no_update', '', 'UPDATE'),
  sqliteGuard('PrunedLeaf', 'PrunedLeaf_no_delete', '', 'DELETE'),
  sqliteGuard(
    'PrunedLeaf',
    'PrunedLeaf_no_replace',
    isKept('PrunedLeaf', '"ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence"'),
    'INSERT',
  ),
  sqliteGuard('PrunedLeaf', 'PrunedLeaf_no_invention', unless(isLeafOfEntry), 'INSERT', 'INSERT'),
  sqliteGuard('Ledger', 'Ledger_no_update', unless(ONLY_GROWS), 'UPDATE'),
  sqliteGuard('AuditCheckpoint', 'AuditCheckpoint_no_update', '', 'UPDATE'),
  sqliteGuard('AuditCheckpoint', 'AuditCheckpoint_no_delete', '', 'DELETE'),
  sqliteGuard(
    'AuditCheckpoint',
    'AuditCheckpoint_no_replace',
    isKept(
      'AuditCheckpoint',
      '"ledgerId" = NEW."ledgerId" AND "size" = NEW."size" AND "signedAtMs" = NEW."signedAtMs"',
    ),
    'INSERT',
  ),
  sqliteGuard('Ledger', 'Ledger_no_delete', '', 'DELETE'),
];

const postgresqlGuard = (table: string, verb: Verb, calls = 'refuse_change'): Guard => {
  const name = `${table}_no_${verb === 'INSERT' ? 'invention' : verb.toLowerCase()}`;
  const level = verb === 'TRUNCATE' ? 'STATEMENT' : 'ROW';
  return {
    name,
    table,
    verb,
    calls,
    sql: `CREATE TRIGGER "${name}" BEFORE ${verb} ON "${table}" FOR EACH ${level} EXECUTE FUNCTION ${calls}();
ALTER TABLE "${table}" ENABLE ALWAYS TRIGGER "${name}"`,
  };
};

const POSTGRESQL_GUARDS: readonly Guard[] = [
  postgresqlGuard('AuditLog', 'UPDATE', 'refuse_change_but_erasure'),
  postgresqlGuard('AuditLog', 'DELETE', 'refuse_unpruned'),
  postgresqlGuard('AuditLog', 'TRUNCATE'),
  postgresqlGuard('RecordedKey', 'UPDATE', 'refuse_change_but_of_salt'),
  postgresqlGuard('RecordedKey', 'DELETE'),
  postgresqlGuard('RecordedKey', 'TRUNCATE'),
  postgresqlGuard('PrunedLeaf', 'UPDATE'),
  postgresqlGuard('PrunedLeaf', 'DELETE'),
  postgresqlGuard('PrunedLeaf', 'TRUNCATE'),
  postgresqlGuard('PrunedLeaf', 'INSERT', 'refuse_invented_leaf'),
  postgresqlGuard('Ledger', 'UPDATE', 'refuse_change_but_growth'),
  postgresqlGuard('AuditCheckpoint', 'UPDATE'),
  postgresqlGuard('AuditCheckpoint', 'DELETE'),
  postgresqlGuard('AuditCheckpoint', 'TRUNCATE'),
  postgresqlGuard('Ledger', 'DELETE'),
  postgresqlGuard('Ledger', 'TRUNCATE'),
];

/** Every guard a database must have. */
export const guardsOf = (provider: Provider): readonly Guard[] =>
  provider === 'sqlite' ? SQLITE_GUARDS : POSTGRESQL_GUARDS;
