import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, inject } from 'vitest';
import { SECRET } from './client.ts';
import { emptyPlace } from './database.ts';

const SERVE = "import('./src/main.ts').then(({ serve }) => serve())";

/** A server that listens, as a process of its own over a private database; it takes the tokens of `tokenOf`. */
export async function startProcess(environment: Record<string, string> = {}) {
  const place = await emptyPlace();
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-served-'));
  const child = spawn(process.execPath, ['-e', SERVE], {
    env: {
      ...{ PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'test', DATA_DIR: folder, JWT_SECRET: SECRET },
      ...{ DATABASE_URL: place.url, MIGRATE_ON_START: 'on', RATE_LIMIT: 'off', ...environment },
    },
  });
  const exited = once(child, 'exit');
  let output = '';
  const heard = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-20_000);
      const [, found] = /"port":(\d+)/.exec(output) ?? [];
      if (found) heard.resolve(Number(found));
    });
  }
  void exited.then(() => heard.reject(new Error(`The server ended:\n${output}`)));
  afterAll(async () => {
    child.kill('SIGKILL');
    await exited;
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    port: await heard.promise,
    provider: inject('provider'),
    query: place.query,
    /** Whether the process still runs. */
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** The end of what it wrote. */
    output: () => output,
    /** What it holds of the machine's memory; null where that is not told. */
    residentMiB: () => residentMiB(child.pid),
  };
}

function residentMiB(pid: number | undefined): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024);
}
