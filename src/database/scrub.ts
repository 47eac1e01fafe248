import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { UnavailableError } from '../kernel/errors.ts';
import { openPool } from './postgresql-pool.ts';
import { applySettings } from './sqlite-settings.ts';
import { asUnavailable } from './unavailable.ts';

const DEADLINE_MS = 5_000;
const PAUSE_MS = 20;

/**
 * Writes a SQLite file anew and empties its write-ahead log into it, and takes statistics anew where
 * there are any. Freed places are overwritten as they are freed (`secure_delete`), but where SQLite
 * moved entries between the pages of an index, or of a table, copies stay in the gaps between: only
 * a file that was written anew has none. It takes as long as the file is large. False when others,
 * such as readers of an older state in another process, are in the way for 5 seconds.
 */
export async function scrubSqlite(file: string): Promise<boolean> {
  const connection = new Sqlite(file);
  try {
    await applySettings((sql) => connection.pragma(sql.replace(/^PRAGMA /, ''), { simple: true }));
    // SQLite's own wait would block this thread, on which whoever it waits for may be running.
    connection.pragma('busy_timeout = 0');
    const deadline = Date.now() + DEADLINE_MS;
    for (const isDone of [isWrittenAnew, isTruncated]) {
      while (!isUnlessBusy(() => isDone(connection))) {
        if (Date.now() > deadline) return false;
        await sleep(PAUSE_MS);
      }
    }
    return true;
  } finally {
    connection.close();
  }
}

function isWrittenAnew(connection: Sqlite.Database): boolean {
  // Its samples are values of columns.
  const sampled = connection
    .prepare(`SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'`)
    .get();
  if (sampled) connection.exec('ANALYZE');
  connection.exec('VACUUM');
  return true;
}

const isTruncated = (connection: Sqlite.Database): boolean =>
  connection.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;

function isUnlessBusy(isDone: () => boolean): boolean {
  try {
    return isDone();
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

/** Every table that erasure empties something in. */
const TABLES = [
  ...['AuditLog', 'AuditTally', 'AuditActorTally', 'AuditTotal', 'AuditGram', 'RecordedKey'],
  ...['Organization', 'Invitation', 'OwnershipOffer', 'Resource', 'User'],
];

/** Whether the role may vacuum a table: by a privilege of its own since 17, before as the owner. */
const MAY_VACUUM = `SELECT bool_and(CASE
    WHEN current_setting('server_version_num')::int >= 170000
    THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE pg_has_role(c.relowner, 'USAGE') END) AS may
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1)`;

/**
 * Removes dead rows from the tables that erasure touches, and takes their statistics anew, whose
 * samples are values of columns. False when the server's role may not.
 */
export async function scrubPostgresql(url: string): Promise<boolean> {
  const pool = openPool(url, { readOnly: false, poolSize: 1, statementTimeoutMs: 0 });
  try {
    const { rows } = await pool.query<{ may: boolean | null }>(MAY_VACUUM, [TABLES]);
    if (rows[0]?.may !== true) return false;
    await pool.query(`VACUUM (ANALYZE) ${TABLES.map((table) => `"${table}"`).join(', ')}`);
    return true;
  } catch (error) {
    // What was erased is committed: that somebody else is at the tables now does not undo it.
    if (asUnavailable(error) instanceof UnavailableError) return false;
    throw error;
  } finally {
    await pool.end();
  }
}
