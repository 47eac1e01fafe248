import pg from 'pg';

/**
 * Opens the first of the connections that pages and proofs are read on, and has it look their tables
 * up: the first page is not to wait for either. A database without those tables is opened as well.
 */
export async function openAhead(pool: pg.Pool): Promise<void> {
  try {
    await pool.query(`SELECT FROM "AuditLog", "PrunedLeaf", "MerkleTile", "Ledger" LIMIT 0`);
  } catch (error) {
    if (!isRefusedStatement(error)) throw error;
  }
}

/** Class 42: what a statement names is not there, or not for this role. */
const isRefusedStatement = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code?.startsWith('42') === true;
