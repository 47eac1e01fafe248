import { readHex } from './bytes.mjs';
import { Refusal } from './findings.mjs';
import { Sha256 } from './sha-256.mjs';
import { bytesIn, zipEntries } from './zip.mjs';

/** Has a character for every byte, and those of ASCII for theirs. */
const byteDecoder = new TextDecoder('windows-1252');
const pair = new Uint8Array(65).fill(1);
const ZERO = new Uint8Array(1);

function writeHex(hex, target, offset) {
  for (let at = 0; at < hex.length; at += 2) {
    target[offset + at / 2] = Number.parseInt(hex.slice(at, at + 2), 16);
  }
}

const salt16 = new Uint8Array(16);

/** Hashes by this page's own code, signatures by the browser's. */
export const pageHasher = {
  blockOf: (bytes) => ({ bytes, text: byteDecoder.decode(bytes) }),
  hashLeaf: (bytes, start, end) =>
    new Sha256().update(ZERO).update(bytes.subarray(start, end)).digest(),
  hashPair(left, right) {
    writeHex(left, pair, 1);
    writeHex(right, pair, 33);
    return new Sha256().update(pair).digest();
  },
  hashSalted(bytes, saltStart, start, end) {
    if (!readHex(bytes, saltStart, salt16)) return null;
    return new Sha256().update(salt16).update(bytes.subarray(start, end)).digest();
  },
  createHash: () => new Sha256(),
  async verifyEd25519(publicKey, message, signature) {
    let key;
    try {
      key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    } catch {
      throw new Refusal(
        'unusable',
        'This browser cannot check Ed25519 signatures: take a newer one, or the command line.',
      );
    }
    return crypto.subtle.verify('Ed25519', key, signature, message);
  },
};

/** The pack in files that were dropped: one zip, or what was in it. */
export async function packIn(files) {
  const [only] = files;
  if (files.length === 1 && only.name.toLowerCase().endsWith('.zip')) return zipPackIn(only);
  const byName = new Map(files.map((file) => [file.name, file]));
  return {
    names: null,
    isBare: !byName.has('manifest.json'),
    file: async (name) => {
      const file = byName.get(name);
      return file === undefined ? null : { size: file.size, open: () => chunksOf(file.stream()) };
    },
  };
}

async function zipPackIn(blob) {
  const readAt = async (offset, length) =>
    new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  const entries = await zipEntries(readAt, blob.size);
  return {
    names: entries.map(({ name }) => name),
    isBare: false,
    file: async (name) => {
      const entry = entries.find((one) => one.name === name);
      return entry === undefined ? null : { size: entry.size, open: () => bytesIn(readAt, entry) };
    },
  };
}

/** By a reader: not every browser lets a stream be iterated. */
async function* chunksOf(stream) {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    throw new Refusal('unusable', error instanceof Error ? error.message : String(error));
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
