import { sealOf } from '../../src/ledger/entry-seal.ts';
import type { FreshDatabase } from './database.ts';
import { storedLog } from './erasure.ts';

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
 * parts: with two salts and both commitments. To be done without guards.
 */
export async function storeAsBefore({ query }: Owner, organizationId: string): Promise<void> {
  for (const row of await storedLog({ query }, organizationId)) {
    const { actorSalt, contentSalt, actorCommitment, contentCommitment } = sealOf(row);
    await query(
      `UPDATE "AuditLog" SET "salt" = NULL, "actorSalt" = $1, "contentSalt" = $2,
        "actorCommitment" = $3, "contentCommitment" = $4 WHERE "ledgerId" = $5 AND "sequence" = $6`,
      [actorSalt, contentSalt, actorCommitment, contentCommitment, row.ledgerId, row.sequence],
    );
  }
}
