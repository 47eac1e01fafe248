import type { Database, Provider, Transaction } from './database.ts';
import { PRUNE_FUNCTION } from './prune-functions.ts';

/**
 * Takes entries out of a log and keeps their leaves; gives how many there were. The database lets
 * only those go that a run of retention may take: a run is open, they were stored before its cutoff,
 * and it has heeded every legal hold that stands. Otherwise all of it fails.
 */
export async function pruneEntries(
  transaction: Transaction,
  provider: Provider,
  ledgerId: number,
  sequences: readonly number[],
): Promise<number> {
  if (sequences.length === 0) return 0;
  if (provider === 'postgresql') {
    const [row] = await transaction.$queryRawUnsafe<{ count: bigint }[]>(
      `SELECT ${PRUNE_FUNCTION}($1::int, string_to_array($2, ',')::int8[]) AS "count"`,
      ledgerId,
      sequences.join(','),
    );
    return Number(row?.count ?? 0);
  }
  const places = `"ledgerId" = ? AND "sequence" IN (SELECT value FROM json_each(?))`;
  const values = [ledgerId, JSON.stringify(sequences)];
  await transaction.$executeRawUnsafe(
    `INSERT INTO "PrunedLeaf" ("ledgerId", "sequence", "leafHash")
     SELECT "ledgerId", "sequence", "leafHash" FROM "AuditLog" WHERE ${places}`,
    ...values,
  );
  return transaction.$executeRawUnsafe(`DELETE FROM "AuditLog" WHERE ${places}`, ...values);
}

/**
 * Runs a SELECT of the reading door so that it sees what a transaction sees that holds a log's turn
 * and has written none of its entries: on SQLite its lock keeps every other writer out, and only the
 * reading door knows how text is folded.
 */
export const selectInTurn = (
  transaction: Transaction,
  provider: Provider,
  select: Database['select'],
): Database['select'] =>
  provider === 'sqlite' ? select : (text, values) => transaction.$queryRawUnsafe(text, ...values);
