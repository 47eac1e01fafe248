import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/orgtrail.js');

/** What a command said, and how it ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line on one database: each call runs the real program as a process of its own. */
export function commandLine(databaseUrl: string, environment: Record<string, string> = {}) {
  /** Starts a command; `interrupt` is Ctrl-C, `kill` cannot be heard. */
  const start = (...words: string[]) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        DATABASE_URL: databaseUrl,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { finished, interrupt: () => child.kill('SIGINT'), kill: () => child.kill('SIGKILL') };
  };
  return { start, run: (...words: string[]) => start(...words).finished };
}

/** A file with this content, gone after the test. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}
