import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { expect, inject } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';

const TIME_MS = 300;

/** What every change of an organization waits for, held from outside. */
export interface HeldTurn {
  /** Resolves when so many changes wait for it; SQLite tells nobody, so there they are given time. */
  queued(count: number): Promise<void>;
  letGo(): Promise<void>;
}

/** Takes the turn of an organization's log, as another process would. */
export async function holdTurn(url: string, organizationId: string): Promise<HeldTurn> {
  if (inject('provider') === 'sqlite') {
    const connection = new Sqlite(sqliteFile(url));
    connection.exec('BEGIN IMMEDIATE');
    return { queued: () => pause(TIME_MS), letGo: async () => void connection.close() };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT "id" FROM "Ledger" WHERE "organizationId" = $1 FOR UPDATE', [
    organizationId,
  ]);
  const waiting = async () => {
    // Within a transaction Postgres would go on telling who was there before.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query(
      `SELECT pid FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    );
    return rows.length;
  };
  return {
    queued: (count) => expect.poll(waiting, { timeout: 5_000, interval: 20 }).toBe(count),
    letGo: () => client.end(),
  };
}
