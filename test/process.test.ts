import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { emptyPlace } from './support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'orgtrail-process-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const SERVE = "import('./src/main.ts').then(({ serve }) => serve())";

/** The server as a process of its own, in an environment with these variables and little else. */
function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['-e', SERVE], {
    env: { DATA_DIR: folder, PORT: '0', ...environment },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = async (what: RegExp): Promise<readonly string[]> => {
    await expect.poll(() => what.test(output), { timeout: 20_000, message: output }).toBe(true);
    return what.exec(output) ?? [];
  };
  return { child, exited, printed, output: () => output };
}

test('a fresh start serves, with a link and a token that work, and SIGTERM ends it cleanly', async () => {
  const place = await emptyPlace();
  const migrating = inject('provider') === 'postgresql' ? { MIGRATE_ON_START: 'on' } : {};
  const server = start({ DATABASE_URL: place.url, ...migrating });
  const [, url = '', token = ''] = await server.printed(/Open {3}(http:.*?)\/graphql#token=(\S+)/);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"query":"{ viewer { user { email } } }"}',
  });
  expect(await response.json()).toEqual({
    data: { viewer: { user: { email: 'ada@example.com' } } },
  });
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.output()).toContain('Development mode');
  await place.remove();
});

test.each([
  ['a wrong setting', { PORT: 'http' }, /PORT +"http" +a whole number/],
  ['production without authentication', { NODE_ENV: 'production' }, /JWT_SECRET +\(absent\)/],
])('%s is said in plain words, and the exit code is 1', async (_, environment, words) => {
  const server = start(environment as Record<string, string>);
  expect(await server.exited).toBe(1);
  expect(server.output()).toMatch(words);
  expect(server.output()).not.toMatch(/\n {4}at /);
});

test.skipIf(inject('provider') === 'sqlite')(
  'a Postgres that lacks migrations is not served, and the command is named',
  async () => {
    const place = await emptyPlace();
    const server = start({ DATABASE_URL: place.url });
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain('npm run migrate');
    await place.remove();
  },
);
