import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(REPOSITORY, 'verifier', name), 'utf8');

test('both verifiers are made of the source beside them', () => {
  const script = path.join(REPOSITORY, 'scripts/build-verifier.js');
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
});

test('the script needs nothing but Node: no package, no file, nothing of the network', () => {
  const imports = read('orgtrail-verify.mjs').matchAll(/^import [^;]* from '(.*)';$/gm);
  expect([...new Set([...imports].map(([, from]) => from))].sort()).toEqual([
    'node:crypto',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:process',
    'node:util',
    'node:zlib',
  ]);
});

test('neither names a way to the network or to other code', () => {
  for (const name of ['orgtrail-verify.mjs', 'orgtrail-verify.html']) {
    expect(read(name)).not.toMatch(
      /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(|require\('|\beval\(|new Function|https?:\/\//,
    );
  }
});

test('the page forbids itself everything but its own code and style', () => {
  const page = read('orgtrail-verify.html');
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy.split('; ').map((part) => part.replace(/sha256-[\w+/=]+/, '…'))).toEqual([
    "default-src 'none'",
    "script-src '…'",
    "style-src '…'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});
