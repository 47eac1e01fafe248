import { bytesOfBase64, hexOf } from './bytes.mjs';
import { Refusal } from './findings.mjs';

/** C2SP signed-note: the type of a key that makes plain Ed25519 signatures. */
const ED25519 = 1;
const KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;
const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/**
 * A verifier key, `name+hash+base64`.
 * @param {string} text
 * @throws {Refusal} unusable
 */
export function keyOf(hasher, text) {
  const [, name = '', id = '', encoded = ''] = KEY.exec(text) ?? [];
  const bytes = bytesOfBase64(encoded);
  if (bytes === null || bytes.length !== 33 || bytes[0] !== ED25519) {
    throw new Refusal('unusable', `Not a verifier key: ${shown(text)}`);
  }
  const digest = hasher
    .createHash()
    .update(utf8(`${name}\n`))
    .update(bytes)
    .digest();
  if (digest.slice(0, 8) !== id) {
    throw new Refusal('unusable', `This key was mistyped, its check does not fit: ${shown(text)}`);
  }
  return { text, name, id, publicKey: bytes.subarray(1) };
}

/** The keys in a text, one a line; empty lines and lines that begin with # are passed over. */
export const keysOf = (hasher, text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => keyOf(hasher, line));

/**
 * A signed note (C2SP signed-note): its text and the signatures under it.
 * @param {string} text
 * @throws {Refusal} unusable
 */
export function noteOf(text, what) {
  const end = text.indexOf('\n\n');
  const lines = text.slice(end + 2).split('\n');
  if (end === -1 || lines.pop() !== '' || lines.length === 0 || lines.length > 100) {
    throw new Refusal('unusable', `The ${what} is not a signed note.`);
  }
  return { text: text.slice(0, end + 1), signatures: lines.map((line) => signatureOf(line, what)) };
}

function signatureOf(line, what) {
  const [, name = '', encoded = ''] = SIGNATURE.exec(line) ?? [];
  const bytes = bytesOfBase64(encoded);
  if (name === '' || bytes === null || bytes.length < 5) {
    throw new Refusal('unusable', `The ${what} has a signature line that cannot be read.`);
  }
  return { name, id: hexOf(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

/**
 * A checkpoint (C2SP tlog-checkpoint) with the note it stands in.
 * @param {string} text
 * @throws {Refusal} unusable
 */
export function checkpointOf(text, what = 'checkpoint') {
  const note = noteOf(text, what);
  const [origin, size = '', root = '', ...others] = note.text.slice(0, -1).split('\n');
  const bytes = bytesOfBase64(root);
  const isSize = /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size));
  if (origin === '' || !isSize || bytes?.length !== 32 || others.includes('')) {
    throw new Refusal('unusable', `The ${what} does not have the form of a checkpoint.`);
  }
  return { note, origin, size: Number(size), root: hexOf(bytes) };
}

/**
 * Which of the keys signed a note. None of them may have signed something else: a signature that
 * names one of the keys and does not fit is a forgery or damage, however many others there are.
 * @throws {Refusal} tampered
 */
export async function signersOf(hasher, note, keys, what) {
  const signers = [];
  for (const { name, id, bytes } of note.signatures) {
    const key = keys.find((one) => one.name === name && one.id === id);
    if (key === undefined) continue;
    if (!(await hasher.verifyEd25519(key.publicKey, utf8(note.text), bytes))) {
      throw new Refusal(
        'tampered',
        `The ${what} was not signed by ${name}: the signature is wrong.`,
      );
    }
    if (!signers.includes(key.text)) signers.push(key.text);
  }
  return signers;
}

const encoder = new TextEncoder();

/** @param {string} text */
const utf8 = (text) => encoder.encode(text);

/** @param {string} text */
const shown = (text) => JSON.stringify(text.length > 120 ? `${text.slice(0, 119)}…` : text);
