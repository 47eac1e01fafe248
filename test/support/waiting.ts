import type { FreshDatabase } from './database.ts';

/** The backends of a server whose statements wait in Postgres for what another holds. */
export async function waitingPids({ query }: Pick<FreshDatabase, 'query'>): Promise<number[]> {
  const rows = await query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = 'orgtrail' AND state = 'active' AND wait_event_type = 'Lock'`,
  );
  return rows.map(({ pid }) => pid);
}
