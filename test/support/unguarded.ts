import { auditLogIdBytes } from '../../src/kernel/audit-log-id.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { idOfRow, type NamedRow } from '../../src/ledger/entry-body.ts';
import { sealOf } from '../../src/ledger/entry-seal.ts';
import type { FreshDatabase } from './database.ts';
import { storedLog } from './erasure.ts';

const COLUMNS = ['actorSalt', 'contentSalt', 'actorCommitment', 'contentCommitment'] as const;
/** Entries in one statement. */
const AT_ONCE = 200;

type Owner = Pick<FreshDatabase, 'query' | 'database'>;

/** Does what only an owner of the database could do to entries, around their trigger. */
export async function withoutGuards(
  { query, database }: Owner,
  work: () => Promise<unknown>,
): Promise<void> {
  const isSqlite = database.provider === 'sqlite';
  const [trigger] = isSqlite
    ? await query<{ sql: string }>(
        `SELECT "sql" FROM sqlite_master WHERE "name" = 'AuditLog_no_update'`,
      )
    : [];
  await query(
    isSqlite
      ? 'DROP TRIGGER "AuditLog_no_update"'
      : 'ALTER TABLE "AuditLog" DISABLE TRIGGER "AuditLog_no_update"',
  );
  await work();
  await query(trigger?.sql ?? 'ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update"');
}

/**
 * Makes the entries of a log, none of them erased, what they were before there was one salt of both
 * parts and ids told places: with two salts, both commitments and the id. To be done without guards.
 */
export async function storeAsBefore(
  { query, database }: Owner,
  organizationId: OrganizationId,
): Promise<void> {
  const literal = (bytes: Uint8Array | null) => {
    const hex = Buffer.from(bytes ?? []).toString('hex');
    return database.provider === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'::bytea`;
  };
  const rows = await storedLog({ query }, organizationId);
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const seals = rows.slice(from, from + AT_ONCE).map((row) => {
      const values = COLUMNS.map((column) => `${literal(sealOf(row)[column])} AS "${column}"`);
      return `SELECT ${row.ledgerId} AS "log", ${row.sequence} AS "at", ${literal(auditLogIdBytes(idOfRow(organizationId, row as NamedRow)))} AS "own", ${values.join(', ')}`;
    });
    const given = COLUMNS.map((column) => `"${column}" = "before"."${column}"`);
    await query(
      `UPDATE "AuditLog" SET "salt" = NULL, "id" = "own", "changes" = coalesce("changes", '[]'), ${given.join(', ')} FROM (${seals.join(' UNION ALL ')}) AS "before"
      WHERE "ledgerId" = "log" AND "sequence" = "at"`,
    );
  }
}
