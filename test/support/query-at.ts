import pg from 'pg';

/** Runs plain SQL; `$1`, `$2` … */
interface Queryable {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Plain SQL on a Postgres database, a connection each time. */
export const queryAt = (connectionString: string): Queryable => ({
  query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  },
});
