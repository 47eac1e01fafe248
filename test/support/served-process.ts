import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { inject } from 'vitest';
import { SECRET } from './client.ts';

const SERVE = "import('./src/main.ts').then(({ serve }) => serve())";

/** A server that is a process of its own, so that it can be killed. */
export interface ServedProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Its exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  /** All that it has printed. */
  output(): string;
}

const children = new Set<ChildProcess>();
let folder: string | null = null;

/** The data folder of the servers of one test file. */
function dataFolder(): string {
  folder ??= mkdtempSync(path.join(tmpdir(), 'orgtrail-served-'));
  return folder;
}

/** Ends what a test file has left: `each-file.ts` calls it after every one. */
export function endServed(): void {
  for (const child of children) child.kill('SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = null;
}

/** What every such server is told; a later variable holds. */
export const servedEnvironment = (databaseUrl: string): Record<string, string> => ({
  NODE_ENV: 'test',
  PORT: '0',
  DATA_DIR: dataFolder(),
  JWT_SECRET: SECRET,
  RATE_LIMIT: 'off',
  DATABASE_URL: databaseUrl,
  ...(inject('provider') === 'postgresql' && { MIGRATE_ON_START: 'on' }),
});

/**
 * Starts a server on a database, and resolves once it listens: with `listening`, once it has a port;
 * otherwise once it serves. `launcher` is what runs Node, where a shell has to say something first.
 * @throws Error with all that it printed, when it ends before
 */
export async function serveProcess(
  databaseUrl: string,
  environment: Record<string, string> = {},
  launcher: readonly [string, ...string[]] = [process.execPath],
  until: RegExp = /"port":(\d+).*"ready"/,
): Promise<ServedProcess> {
  const [command, ...words] = launcher;
  const child = spawn(command, [...words, '-e', SERVE], {
    env: { ...servedEnvironment(databaseUrl), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const exited = once(child, 'close').then(([code]: (number | null)[]) => {
    children.delete(child);
    return code ?? null;
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output = `${output}${chunk}`.slice(-200_000);
      const [, found] = until.exec(output) ?? [];
      if (found) resolve(Number(found));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(() => reject(new Error(`The server ended:\n${output}`)));
  });
  return { child, port, exited, output: () => output };
}
