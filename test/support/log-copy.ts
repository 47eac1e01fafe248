import type { Data } from './client.ts';
import type { FreshDatabase } from './database.ts';
import { queryAt } from './query-at.ts';

/** A database that has the logs of another as they were, and follows it no further. */
export interface LogCopy {
  /** Takes the logs over as they are now; each entry says that it is of the copy. */
  follow(): Promise<void>;
}

/** What each entry of a copy says. */
export const OF_THE_COPY = 'of the copy';

const TABLES = ['Ledger', 'AuditLog'];

/** Makes a migrated database that copy; nobody guards it. */
export function logCopy(
  from: Pick<FreshDatabase, 'query'>,
  to: Pick<FreshDatabase, 'url'>,
): LogCopy {
  const { query } = queryAt(to.url);
  const take = async (table: string) => {
    const rows = await from.query<Data>(`SELECT row_to_json(t)::text AS "row" FROM "${table}" t`);
    await query(`DELETE FROM "${table}"`);
    for (const { row } of rows) {
      await query(
        `INSERT INTO "${table}" SELECT * FROM json_populate_record(NULL::"${table}", $1::json)`,
        [row],
      );
    }
  };
  return {
    follow: async () => {
      // As a replica applies what it gets: unguarded, and whatever else is missing.
      for (const table of TABLES) await query(`ALTER TABLE "${table}" DISABLE TRIGGER ALL`);
      for (const table of TABLES) await take(table);
      await query(`UPDATE "AuditLog" SET "details" = $1`, [OF_THE_COPY]);
    },
  };
}
