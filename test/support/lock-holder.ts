import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';

/** How long SQLite's one write lock is held, and left. */
const [HELD_MS, LEFT_MS] = [25, 6];

/**
 * Takes the write lock of a SQLite file again and again, as another process would: an answer that
 * does not wait for its commit is then early by many milliseconds. The returned function ends it.
 */
export function holdLockOften(file: string): () => Promise<void> {
  const connection = new Sqlite(file, { timeout: 0 });
  let isStopped = false;
  const hold = async (): Promise<void> => {
    while (!isStopped) {
      try {
        connection.exec('BEGIN IMMEDIATE');
        await pause(HELD_MS);
        connection.exec('ROLLBACK');
      } catch {
        // Somebody writes: their turn.
      }
      await pause(LEFT_MS);
    }
    connection.close();
  };
  const ended = hold();
  return () => {
    isStopped = true;
    return ended;
  };
}
