import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zipped } from '../../src/features/audit-log/evidence-zip.ts';
import { packAt } from '../../verifier/src/node-pack.mjs';
import { nodeHasher } from '../../verifier/src/node-platform.mjs';
import { keyOf } from '../../verifier/src/note.mjs';
import { verify } from '../../verifier/src/verify.mjs';
import { packOf, rowsOf, testKey } from '../support/evidence-log.ts';
import {
  temporaryFolder,
  verifierRun,
  verifierRunBy,
  withoutNetwork,
} from '../support/evidence-pack.ts';

const key = testKey();
const files = packOf(rowsOf(12), key);

async function zipOf(members: Record<string, string>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const list = Object.entries(members).map(([name, text]) => ({
    name,
    async *bytes() {
      yield Buffer.from(text);
    },
  }));
  for await (const part of zipped(list)) parts.push(part);
  return Buffer.concat(parts);
}

const zip = await zipOf(files);

/** The verdict on a zip, without a process of its own. */
async function exitCodeOf(bytes: Uint8Array, file: string): Promise<number> {
  writeFileSync(file, bytes);
  const trusted = { keys: [keyOf(nodeHasher, key.vkey)], previous: null, organization: null };
  return (await verify(nodeHasher, () => packAt(file), trusted)).exitCode;
}

test('a zip and the folder it was unpacked to are judged alike', () => {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, '.DS_Store'), 'what a desktop leaves behind');
  const fromZip = verifierRun(zip, '--key', key.vkey);
  expect(fromZip).toMatchObject({ code: 0, stderr: '' });
  expect(verifierRun(folder, '--key', key.vkey)).toEqual(fromZip);
});

const offline = withoutNetwork();

test.skipIf(offline === null)('a pack is judged where there is no network at all', () => {
  const file = path.join(temporaryFolder(), 'pack.zip');
  writeFileSync(file, zip);
  const run = verifierRunBy(offline ?? [], file, '--key', key.vkey);
  expect(run).toEqual(verifierRun(zip, '--key', key.vkey));
});

test('entries and a checkpoint are judged without a pack, by keys in a file', () => {
  const folder = temporaryFolder();
  const at = (name: string, text = files[name] ?? '') => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const keys = at('keys', `# ours\n\n${testKey('retired.example.com').vkey}\n${key.vkey}\n`);
  const words = ['--checkpoint', at('checkpoint.txt'), '--keys', keys];
  expect(verifierRun(at('entries.ndjson'), ...words)).toMatchObject({ code: 0 });
});

test('what cannot be judged has exit code 3 and one plain line', () => {
  const missing = path.join(temporaryFolder(), 'nothing.zip');
  const runs = [
    verifierRun(missing),
    verifierRun(Buffer.from('not a zip, whatever its name says, though long enough')),
    verifierRun(zip, '--key', 'audit.example.com+00000000+AAAA'),
    verifierRun(zip, '--key', key.vkey.replace('+', '+0').slice(0, -1)),
    verifierRun(zip, '--keys', missing),
    verifierRun(zip, '--previous', missing),
    verifierRun(zip, '--unknown'),
    verifierRun(zip, 'another'),
  ];
  for (const { code, stdout, stderr } of runs) {
    expect(code).toBe(3);
    expect(`${stdout}${stderr}`).toMatch(/^UNUSABLE: /);
    expect(`${stdout}${stderr}`).not.toContain('    at ');
  }
});

test('what is no pack at all is said to be none, and not to lack something', () => {
  const folder = temporaryFolder();
  const at = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const plain = at('plain.ndjson', '{"id":"log_01m8j7fevje9n8485v6hvc8pyz","sequence":1}\n');
  const checkpoint = at('checkpoint.txt', files['checkpoint.txt'] ?? '');
  const emptyZip = Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]);
  const cases = [
    [verifierRun(path.join(folder, 'none.zip')), 'There is no '],
    [verifierRun(emptyZip), 'This is no pack of evidence: give the exported zip'],
    [verifierRun(temporaryFolder()), 'This is no pack of evidence: give the exported zip'],
    [verifierRun(gzipSync(zip)), 'This is compressed by gzip: unpack it first'],
    [
      verifierRun(plain, '--checkpoint', checkpoint, '--key', key.vkey),
      'This is a plain export, which proves nothing',
    ],
  ] as const;
  for (const [{ code, stdout }, message] of cases) {
    expect([code, stdout]).toEqual([3, expect.stringContaining(message)]);
  }
});

test('help says how to use it', () => {
  expect(verifierRun('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--key'),
  });
});

test('a pack cannot command the terminal', () => {
  const evil = { ...files, 'checkpoint.txt': 'a\u001b[2J\n1\n\n' };
  const { stdout } = verifierRun(Buffer.from(files['entries.ndjson'] ?? ''));
  expect(stdout).toContain('UNUSABLE');
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(evil)) writeFileSync(path.join(folder, name), text);
  expect(verifierRun(folder).stdout).not.toContain('\u001b');
});

test('a zip that ends too early is incomplete', async () => {
  const file = path.join(temporaryFolder(), 'pack.zip');
  for (const length of [zip.length - 1, zip.length - 300, zip.length >> 1, 30]) {
    expect([length, await exitCodeOf(zip.subarray(0, length), file)]).toEqual([length, 2]);
  }
});

test('a zip that another program packed, or that says things twice, is not judged', async () => {
  const file = path.join(temporaryFolder(), 'pack.zip');
  const prefixed = Buffer.concat([Buffer.from('MZ'), zip]);
  expect(await exitCodeOf(prefixed, file)).toBe(3);
  expect(await exitCodeOf(Buffer.concat([zip, zip]), file)).toBe(3);
  const redated = Buffer.from(zip);
  redated.writeUInt16LE(0x5a21, redated.readUInt32LE(redated.length - 6) + 14);
  expect(await exitCodeOf(redated, file)).toBe(3);
});

test('no byte of a zip beside its files can be changed unseen, whichever it is', async () => {
  const members = packOf(rowsOf(1), key);
  const small = await zipOf(members);
  const texts = Object.values(members).map((text) => [small.indexOf(text), text.length] as const);
  const isInFile = (at: number) =>
    texts.some(([start, length]) => at >= start && at < start + length);
  const file = path.join(temporaryFolder(), 'pack.zip');
  expect(await exitCodeOf(small, file)).toBe(0);
  for (const [at, byte] of small.entries()) {
    if (isInFile(at)) continue;
    const changed = Buffer.from(small);
    changed[at] = byte ^ 1;
    expect([at, await exitCodeOf(changed, file)]).not.toEqual([at, 0]);
  }
});
