import { guardsOf } from '../../src/database/guard-sql.ts';
import { appendLeaves } from '../../src/ledger/merkle.ts';
import type { FreshDatabase } from './database.ts';

type Owner = Pick<FreshDatabase, 'query' | 'database'>;

/** Takes every guard down, as only an owner of the database could. */
export async function dropGuards({ query, database }: Owner): Promise<void> {
  for (const { name, table } of guardsOf(database.provider)) {
    const on = database.provider === 'sqlite' ? '' : ` ON "${table}"`;
    await query(`DROP TRIGGER "${name}"${on}`);
  }
}

const LEDGER = '(SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)';

/** Makes the head fit the leaves that stand there now. */
export async function mendHead({ query, database }: Owner, organizationId: string): Promise<void> {
  const rows = await query<{ leafHash: Uint8Array }>(
    `SELECT "leafHash" FROM "AuditLog" WHERE "ledgerId" = ${LEDGER} ORDER BY "sequence"`,
    [organizationId],
  );
  const leaves = rows.map(({ leafHash }) => leafHash);
  const { frontier, root, size } = appendLeaves(new Uint8Array(0), 0, leaves);
  await database.write((transaction) =>
    transaction.ledger.update({
      where: { organizationId },
      data: { frontier, root, size: BigInt(size) },
    }),
  );
}

/** Makes a log what an older copy of the database holds: the first `size` entries, and no more. */
export async function putBack(owner: Owner, organizationId: string, size: number): Promise<void> {
  const values = [organizationId, size];
  await owner.query(
    `DELETE FROM "AuditLog" WHERE "ledgerId" = ${LEDGER} AND "sequence" > $2`,
    values,
  );
  await owner.query(
    `DELETE FROM "AuditCheckpoint" WHERE "ledgerId" = ${LEDGER} AND "size" > $2`,
    values,
  );
  await mendHead(owner, organizationId);
}

/** Rewrites an entry's leaf, and the tree with it, so that the log agrees with itself. */
export async function rewrite(
  owner: Owner,
  organizationId: string,
  sequence: number,
): Promise<void> {
  await owner.query(
    `UPDATE "AuditLog" SET "leafHash" = (SELECT "root" FROM "Ledger" WHERE "id" = "ledgerId") WHERE "ledgerId" = ${LEDGER} AND "sequence" = $2`,
    [organizationId, sequence],
  );
  await mendHead(owner, organizationId);
}
