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

const sqliteGuard = (table: string, name: string, when: string, verb: Verb): Guard => ({
  name,
  table,
  verb,
  sql: `CREATE TRIGGER "${name}" BEFORE ${verb} ON "${table}"${when}
BEGIN
  SELECT RAISE(ABORT, '${refusal(table, verb === 'INSERT' ? 'REPLACE' : verb)}');
END`,
});

/** INSERT OR REPLACE fires neither the UPDATE nor the DELETE trigger: refuse the duplicate itself. */
const isKept = (table: string, condition: string) =>
  `\nWHEN EXISTS (SELECT 1 FROM "${table}" WHERE ${condition})`;

/** Fires unless the condition is true: neither when it is false nor when it is unknown. */
const unless = (condition: string) => `\nWHEN (${condition}) IS NOT TRUE`;

const SQLITE_GUARDS: readonly Guard[] = [
  sqliteGuard('AuditLog', 'AuditLog_no_update', unless(ONLY_ERASES_ENTRY), 'UPDATE'),
  sqliteGuard('AuditLog', 'AuditLog_no_delete', '', 'DELETE'),
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
  sqliteGuard('Ledger', 'Ledger_no_update', unless(ONLY_GROWS), 'UPDATE'),
  sqliteGuard('Ledger', 'Ledger_no_delete', '', 'DELETE'),
];

const postgresqlGuard = (
  table: string,
  verb: 'UPDATE' | 'DELETE' | 'TRUNCATE',
  calls = 'refuse_change',
): Guard => {
  const name = `${table}_no_${verb.toLowerCase()}`;
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
  postgresqlGuard('AuditLog', 'DELETE'),
  postgresqlGuard('AuditLog', 'TRUNCATE'),
  postgresqlGuard('RecordedKey', 'UPDATE', 'refuse_change_but_of_salt'),
  postgresqlGuard('RecordedKey', 'DELETE'),
  postgresqlGuard('RecordedKey', 'TRUNCATE'),
  postgresqlGuard('PrunedLeaf', 'UPDATE'),
  postgresqlGuard('PrunedLeaf', 'DELETE'),
  postgresqlGuard('PrunedLeaf', 'TRUNCATE'),
  postgresqlGuard('AuditCheckpoint', 'UPDATE'),
  postgresqlGuard('AuditCheckpoint', 'DELETE'),
  postgresqlGuard('AuditCheckpoint', 'TRUNCATE'),
  postgresqlGuard('Ledger', 'UPDATE', 'refuse_change_but_growth'),
  postgresqlGuard('Ledger', 'DELETE'),
  postgresqlGuard('Ledger', 'TRUNCATE'),
];

/** Every guard a database must have. */
export const guardsOf = (provider: Provider): readonly Guard[] =>
  provider === 'sqlite' ? SQLITE_GUARDS : POSTGRESQL_GUARDS;
