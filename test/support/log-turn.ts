import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { expect, inject } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';
import type { FreshDatabase } from './database.ts';
import { waitingPids } from './waiting.ts';

const TIME_MS = 300;

/** What every change of an organization waits for, held from outside. */
export interface HeldTurn {
  /** Resolves when so many changes wait for it; SQLite tells nobody, so there they are given time. */
  queued(count: number): Promise<void>;
  letGo(): Promise<void>;
}

/** Takes the turn of an organization's log, as another process would. */
export async function holdTurn(
  server: Pick<FreshDatabase, 'query' | 'url'>,
  organizationId: string,
): Promise<HeldTurn> {
  if (inject('provider') === 'sqlite') {
    const connection = new Sqlite(sqliteFile(server.url));
    connection.exec('BEGIN IMMEDIATE');
    return { queued: () => pause(TIME_MS), letGo: async () => void connection.close() };
  }
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT "id" FROM "Ledger" WHERE "organizationId" = $1 FOR UPDATE', [
    organizationId,
  ]);
  const waiting = async () => (await waitingPids(server)).length;
  return {
    queued: (count) => expect.poll(waiting, { timeout: 5_000, interval: 20 }).toBe(count),
    letGo: () => client.end(),
  };
}
