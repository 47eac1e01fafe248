import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configuredKeys, keysIn, rotateKeys } from '../src/features/checkpoint/key-ring.ts';
import { isSignedBy, readNote, signedNote, verifierKey } from '../src/features/checkpoint/note.ts';
import {
  type PublicKey,
  publicKeyOf,
  signingKeyOf,
} from '../src/features/checkpoint/signing-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-test-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-02-01T00:00:00Z');
const statement = { origin: 'example.com/log', size: 3, root: new Uint8Array(32).fill(5) };

/** Which of the listed keys have signed a note. */
const signers = (note: string, ring: ReturnType<typeof keysIn>): number[] => {
  const read = readNote(note);
  if (!read) throw new Error('Not a note.');
  return ring.all.flatMap((key, at) => (isSignedBy(read, key) ? [at] : []));
};

test('a key is made the first time, for the owner’s eyes only, and is the same from then on', () => {
  const first = keysIn(folder);
  const file = path.join(folder, 'signing-keys.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(keysIn(folder).all.map(({ publicBytes }) => publicBytes)).toEqual(
    first.all.map(({ publicBytes }) => publicBytes),
  );
});

test('while a rotation lasts both keys sign; then the new one alone, and the old still verifies', () => {
  const before = keysIn(folder);
  const old = signedNote(statement, before.signingAt(NOW));
  rotateKeys(folder, NOW, LATER);
  const after = keysIn(folder);
  expect(signers(signedNote(statement, after.signingAt(NOW)), after)).toEqual([0, 1]);
  expect(signers(signedNote(statement, after.signingAt(LATER)), after)).toEqual([0]);
  expect(signers(old, after)).toEqual([1]);
  rotateKeys(folder, LATER, new Date('2026-03-01T00:00:00Z'));
  expect(signers(old, keysIn(folder))).toEqual([2]);
  const text = readFileSync(path.join(folder, 'signing-keys.json'), 'utf8');
  expect(text.match(/"seed"/g)).toHaveLength(2);
});

test('keys that are given sign in the order given, and retired ones only verify', () => {
  const [one, two] = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
  if (!one || !two) throw new Error('No seeds.');
  const ring = configuredKeys([one], [signingKeyOf(two).publicBytes]);
  expect(ring.signingAt(NOW)).toHaveLength(1);
  expect(signers(signedNote(statement, [signingKeyOf(two)]), ring)).toEqual([1]);
});

test('a damaged file of keys is refused in plain words, and never written over', () => {
  const file = path.join(folder, 'signing-keys.json');
  for (const text of ['', '{', '{"keys":[]}', '{"keys":[{"publicKey":7}]}']) {
    writeFileSync(file, text);
    expect(() => keysIn(folder)).toThrow('is damaged');
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});

test('a key has the form that C2SP and RFC 8032 give it', () => {
  // RFC 8032, section 7.1, test 1.
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const key = signingKeyOf(Buffer.from(seed, 'hex'));
  expect(Buffer.from(key.publicBytes).toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  const [, name, hash, encoded] =
    /^(.+?)\+(.+?)\+(.+)$/.exec(verifierKey('example.com/log', key)) ?? [];
  expect([name, hash?.length, encoded?.length]).toEqual(['example.com/log', 8, 44]);
});

test.each([
  ['nothing', ''],
  ['no signature', 'example.com/log\n3\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n\n'],
  [
    'a size with a leading zero',
    'o\n03\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n\n— o AAAA\n',
  ],
  ['a short root', 'o\n3\nBQUF\n\n— o AAAA\n'],
  ['a line more', 'o\n3\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\nx\n\n— o AAAA\n'],
])('%s is no checkpoint', (_name, text) => {
  expect(readNote(text)).toBeNull();
});

test('a note says nothing for another key, another log or another text', () => {
  const key = signingKeyOf(new Uint8Array(32).fill(1));
  const note = signedNote(statement, [key]);
  const signed = (text: string, by: PublicKey = key) => {
    const read = readNote(text);
    return read !== null && isSignedBy(read, by);
  };
  expect(signed(note)).toBe(true);
  expect(signed(note, publicKeyOf(signingKeyOf(new Uint8Array(32)).publicBytes))).toBe(false);
  expect(signed(note.replace('\n3\n', '\n4\n'))).toBe(false);
  expect(signed(note.replaceAll('example.com/log', 'example.com/other'))).toBe(false);
});
