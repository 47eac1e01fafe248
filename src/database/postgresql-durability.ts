import type pg from 'pg';

const WEAK = [
  ['fsync', 'off'],
  ['full_page_writes', 'off'],
  ['synchronous_commit', 'off'],
] as const;

/**
 * Asserts that the server keeps what it has acknowledged, and text as it is.
 * @throws Error naming the setting that would lose either
 */
export async function assertDurable(pool: pg.Pool, unsafeDurability: boolean): Promise<void> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT current_setting('fsync') AS fsync,
            current_setting('full_page_writes') AS full_page_writes,
            current_setting('synchronous_commit') AS synchronous_commit,
            current_setting('server_encoding') AS server_encoding`,
  );
  const settings = rows[0] ?? {};
  if (settings['server_encoding'] !== 'UTF8') {
    throw new Error('The Postgres database has to be encoded in UTF8.');
  }
  const weak = WEAK.filter(([name, value]) => settings[name] === value).map(([name]) => name);
  if (weak.length > 0 && !unsafeDurability) {
    throw new Error(
      `Postgres could lose acknowledged changes: ${weak.join(', ')} is off. Turn it on.`,
    );
  }
}
