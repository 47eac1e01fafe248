import { inject } from 'vitest';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { newId } from '../../src/kernel/ids.ts';
import { appendLeaves } from '../../src/ledger/merkle.ts';
import type { FreshDatabase } from './database.ts';

const isSqlite = inject('provider') === 'sqlite';

const NUMBERS = isSqlite
  ? 'WITH RECURSIVE numbers(n) AS (SELECT CAST($1 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n < CAST($2 AS INTEGER)) SELECT n FROM numbers'
  : 'SELECT n FROM generate_series($1::bigint, $2::bigint) AS n';
const LEAF = isSqlite ? 'randomblob(32)' : 'sha256(gen_random_uuid()::text::bytea)';
const ID = isSqlite ? 'randomblob(16)' : `decode(replace(gen_random_uuid()::text, '-', ''), 'hex')`;
const BYTES = isSqlite ? 'zeroblob(32)' : "sha256(''::bytea)";

/** A log of `size` entries that say nothing, made by plain SQL, with a true tree. */
export async function bulkLog({ query, database }: FreshDatabase, size: number) {
  const organizationId = newId('org');
  const empty = Uint8Array.of();
  await database.write((transaction) =>
    transaction.ledger.create({
      data: {
        organizationId,
        size: 0n,
        frontier: empty,
        root: empty,
        firstKeptSequence: 1n,
        lastRecordedAtMs: 0n,
      },
    }),
  );
  const row = await database.read.ledger.findUniqueOrThrow({ where: { organizationId } });
  await growLog({ query, database }, organizationId, size);
  return { organizationId, ledgerId: row.id };
}

/** Adds `count` such entries. */
export async function growLog(
  { query, database }: Pick<FreshDatabase, 'query' | 'database'>,
  organizationId: OrganizationId,
  count: number,
): Promise<void> {
  const head = await database.read.ledger.findUniqueOrThrow({ where: { organizationId } });
  const from = Number(head.size) + 1;
  await query(
    `INSERT INTO "AuditLog" ("ledgerId", "sequence", "id", "scope", "action", "outcome", "origin", "actorType", "createdAtMs", "recordedAtMs", "changes", "metadata", "actorCommitment", "contentCommitment", "leafHash")
     SELECT ${head.id}, n, ${ID}, 'COST', 'test.done', 'SUCCESS', 'PRODUCER', 'SYSTEM', 1, 1, '[]', '{}', ${BYTES}, ${BYTES}, ${LEAF} FROM (${NUMBERS}) AS made`,
    [from, from + count - 1],
  );
  const rows = await query<{ leafHash: Uint8Array }>(
    `SELECT "leafHash" FROM "AuditLog" WHERE "ledgerId" = ${head.id} AND "sequence" >= ${from} ORDER BY "sequence"`,
  );
  const tree = appendLeaves(
    head.frontier,
    head.size,
    rows.map(({ leafHash }) => leafHash),
  );
  await database.write((transaction) =>
    transaction.ledger.update({
      where: { organizationId },
      data: { size: BigInt(tree.size), frontier: tree.frontier, root: tree.root },
    }),
  );
}
