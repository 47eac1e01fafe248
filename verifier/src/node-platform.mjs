import crypto from 'node:crypto';
import { readHex } from './bytes.mjs';
import { Refusal } from './findings.mjs';

/** SHA-256 in one call where Node has it (20.12), which is twice as fast. */
const sha256 =
  crypto.hash === undefined
    ? (data) => crypto.createHash('sha256').update(data).digest('hex')
    : (data) => crypto.hash('sha256', data, 'hex');

const pair = Buffer.alloc(65, 1);
const salt = new Uint8Array(16);
let scratch = Buffer.alloc(65_536);

/** SHA-256 of the scratch's first bytes and then these. */
function hashAfter(count, bytes, start, end) {
  const length = count + end - start;
  if (length > scratch.length) scratch = Buffer.concat([scratch.subarray(0, count)], 2 * length);
  bytes.copy(scratch, count, start, end);
  return sha256(scratch.subarray(0, length));
}

/** Hashes and signatures by Node's own cryptography. */
export const nodeHasher = {
  /** A block of bytes as the hashes below take it, and as text with a character for each byte. */
  blockOf(given) {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
    return { bytes, text: bytes.latin1Slice() };
  },
  /** SHA-256(0x00 || bytes), in hex. */
  hashLeaf(bytes, start, end) {
    scratch[0] = 0;
    return hashAfter(1, bytes, start, end);
  },
  /** SHA-256(0x01 || left || right), all in hex. */
  hashPair(left, right) {
    pair.write(left, 1, 'hex');
    pair.write(right, 33, 'hex');
    return sha256(pair);
  },
  /** SHA-256(salt || bytes), in hex; null when the 32 digits of the salt are none. */
  hashSalted(bytes, saltStart, start, end) {
    if (!readHex(bytes, saltStart, salt)) return null;
    scratch.set(salt);
    return hashAfter(16, bytes, start, end);
  },
  createHash() {
    const hash = crypto.createHash('sha256');
    return {
      update(bytes) {
        hash.update(bytes);
        return this;
      },
      digest: () => hash.digest('hex'),
    };
  },
  async verifyEd25519(publicKey, message, signature) {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return crypto.verify(null, message, key, signature);
  },
};

/** @param {unknown} error of reading or unpacking */
export function asRefusal(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return new Refusal('unusable', `There is no ${error.path}.`);
  }
  return new Refusal('unusable', error instanceof Error ? error.message : String(error));
}
