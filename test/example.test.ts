import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { listen } from '../src/http/listen.ts';
import { startServer, tokenOf } from './support/client.ts';

const run = promisify(execFile);
const SLOW_MS = 120_000;

/** The program that a package installs, to be run by this Node. */
function programOf(packageName: string, name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const { bin } = createRequire(import.meta.url)(manifest) as { bin: Record<string, string> };
  return path.join(path.dirname(manifest), bin[name] ?? '');
}

const node = (program: string, ...args: string[]) => run(process.execPath, [program, ...args]);

test('the generated types are what codegen makes of the schema', { timeout: SLOW_MS }, async () => {
  const codegen = programOf('@graphql-codegen/cli', 'graphql-codegen-esm');
  await node(codegen, '--config', 'examples/typed-client/codegen.config.ts', '--check');
});

test('the typed client compiles', { timeout: SLOW_MS }, async () => {
  await node(programOf('typescript', 'tsc'), '--noEmit', '-p', 'examples/typed-client');
});

test('the typed client runs against a listening server', { timeout: SLOW_MS }, async () => {
  const { server } = await startServer();
  const listener = await listen(server, { port: 0, host: '127.0.0.1' });
  afterAll(() => listener.close(1_000));
  const url = `http://127.0.0.1:${listener.port}/graphql`;

  const { stdout } = await node('examples/typed-client/main.ts', url, await tokenOf('ada'));

  expect(stdout.split('\n')).toEqual([
    'receipts: RECORDED',
    "3  SCHEDULING  schedule.created  Created schedule 'Business Hours'",
    "2  PLATFORM  organization.updated  Updated name of organization 'Typed Client plc'",
    "1  PLATFORM  organization.created  Created organization 'Typed Client Ltd'",
    '',
  ]);
});
