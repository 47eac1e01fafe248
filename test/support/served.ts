import { existsSync, readFileSync } from 'node:fs';
import { afterAll, inject } from 'vitest';
import { emptyPlace } from './database.ts';
import { serveProcess } from './served-process.ts';

/** A server that listens, as a process of its own over a private database; it takes the tokens of `tokenOf`. */
export async function startProcess(environment: Record<string, string> = {}) {
  const place = await emptyPlace();
  const { child, port, exited, output } = await serveProcess(place.url, {
    HOST: '127.0.0.1',
    ...environment,
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await exited;
    await place.remove();
  });
  return {
    port,
    provider: inject('provider'),
    query: place.query,
    /** Whether the process still runs. */
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** The end of what it wrote. */
    output,
    /** What it holds of the machine's memory; null where that is not told. */
    residentMiB: () => residentMiB(child.pid),
  };
}

function residentMiB(pid: number | undefined): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024);
}
