#!/usr/bin/env node
// Orgtrail offline verifier, Apache-2.0. Made by `npm run verifier:page` from verifier/src; do not edit.

import crypto from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import zlib from 'node:zlib';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
// findings.mjs

/** What a verification comes to, the gravest first, and the exit code that says it. */
const EXIT_CODES = { sound: 0, tampered: 1, incomplete: 2, unusable: 3 };

/** Most findings that are kept; the first ones say where it began. */
const MOST_FINDINGS = 20;

/** Raised for input that cannot be judged, or whose form alone already judges it. */
class Refusal extends Error {
  /** @param {'tampered' | 'incomplete' | 'unusable'} verdict @param {string} message */
  constructor(verdict, message) {
    super(message);
    this.name = 'Refusal';
    this.verdict = verdict;
  }
}

/** What was found to be wrong, in the order in which it was met. */
class Findings {
  constructor() {
    /** @type {{verdict: 'tampered' | 'incomplete' | 'unusable', sequence: number | null, message: string}[]} */
    this.list = [];
    this.count = 0;
    /** @type {number | null} the lowest sequence that was tampered with */
    this.firstBadSequence = null;
    this.verdicts = new Set();
  }

  /** @param {string} message @param {number | null} [sequence] */
  tampered(message, sequence = null) {
    if (sequence !== null && (this.firstBadSequence ?? sequence) >= sequence) {
      this.firstBadSequence = sequence;
    }
    this.#add('tampered', message, sequence);
  }

  /** @param {string} message @param {number | null} [sequence] */
  incomplete(message, sequence = null) {
    this.#add('incomplete', message, sequence);
  }

  /** @param {string} message */
  unusable(message) {
    this.#add('unusable', message, null);
  }

  #add(verdict, message, sequence) {
    this.count += 1;
    this.verdicts.add(verdict);
    if (this.list.length < MOST_FINDINGS) this.list.push({ verdict, sequence, message });
  }

  /** Tampering outweighs a lack, and a lack outweighs what could not be checked. */
  get verdict() {
    for (const verdict of ['tampered', 'incomplete', 'unusable']) {
      if (this.verdicts.has(verdict)) return verdict;
    }
    return 'sound';
  }
}

// bytes.mjs

/** The bytes of base64 text (RFC 4648, section 4, with padding and nothing else), or null. */
function bytesOfBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  // Bits that no byte takes must be zero: else several texts would say the same.
  return btoa(binary) === text ? Uint8Array.from(binary, (one) => one.charCodeAt(0)) : null;
}

/** What a byte is as a hex digit of lower case; 255 when it is none. */
const VALUES = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/**
 * Reads as many bytes as the target has from their hex digits, which stand in other bytes.
 * @returns {boolean} whether all of them were digits, of lower case
 */
function readHex(bytes, start, target) {
  let seen = 0;
  for (let n = 0; n < target.length; n++) {
    const high = VALUES[bytes[start + 2 * n]];
    const low = VALUES[bytes[start + 2 * n + 1]];
    seen |= high | low;
    target[n] = (high << 4) | low;
  }
  return seen < 16;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @param {Iterable<number>} bytes */
const hexOf = (bytes) => Array.from(bytes, (byte) => DIGITS[byte]).join('');

/** @param {readonly ArrayLike<number>[]} parts */
function concatenated(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// note.mjs

/** C2SP signed-note: the type of a key that makes plain Ed25519 signatures. */
const ED25519 = 1;
const KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;
const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/**
 * A verifier key, `name+hash+base64`.
 * @param {string} text
 * @throws {Refusal} unusable
 */
function keyOf(hasher, text) {
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
const keysOf = (hasher, text) =>
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
function noteOf(text, what) {
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
function checkpointOf(text, what = 'checkpoint') {
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
async function signersOf(hasher, note, keys, what) {
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

// manifest.mjs

/** The files that every pack has, beside those that its manifest names. */
const MANIFEST = 'manifest.json';
const MANIFEST_NOTE = 'manifest.note';
const CHECKPOINT = 'checkpoint.txt';
const CONSISTENCY = 'consistency.json';
const ENTRIES = 'entries.ndjson';
const KEYS = 'keys.txt';

const FIELDS = {
  format: (value) => value === 'orgtrail-evidence',
  version: (value) => value === 1,
  exportId: isText,
  organizationId: isText,
  origin: isText,
  kind: (value) => value === 'WHOLE' || value === 'SELECTION',
  filter: isObject,
  afterSequence: isCount,
  snapshotSequence: isCount,
  entryCount: isCount,
  prunedCount: isCount,
  complete: (value) => typeof value === 'boolean',
  reason: (value) => value === null || isText(value),
  files: (value) => isObject(value) && Object.values(value).every(isFile),
};

const isFile = (value) =>
  isObject(value) && isCount(value.bytes) && /^[0-9a-f]{64}$/.test(value.sha256);

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A pack's manifest. Its text must be the one that its fields are written as, so that no field can
 * stand in it twice.
 * @throws {Refusal} unusable
 */
function manifestOf(text) {
  const manifest = parsed(text, MANIFEST);
  const wrong = Object.keys(FIELDS).find((name) => !FIELDS[name](manifest[name]));
  if (wrong !== undefined) {
    throw new Refusal('unusable', `${MANIFEST} has no ${wrong} that this verifier understands.`);
  }
  for (const name of [ENTRIES, CHECKPOINT]) {
    if (manifest.files[name] === undefined) {
      throw new Refusal('unusable', `${MANIFEST} does not name ${name}.`);
    }
  }
  return manifest;
}

/** A consistency proof: from one size to another. @throws {Refusal} unusable */
function consistencyOf(text) {
  const proof = parsed(text, CONSISTENCY);
  const { from, to, hashes } = proof;
  const isProof = isCount(from) && isCount(to) && Array.isArray(hashes) && hashes.length < 128;
  if (!isProof || !hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
    throw new Refusal('unusable', `${CONSISTENCY} is not a consistency proof.`);
  }
  return { from, to, hashes };
}

function parsed(text, name) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (!isObject(value) || `${JSON.stringify(value, null, 2)}\n` !== text) {
    throw new Refusal('unusable', `${name} is not in the form that Orgtrail writes.`);
  }
  return value;
}

const NOTE = /^orgtrail evidence manifest v1\n([^\n]+)\n([0-9a-f]{64})\n$/;

/**
 * The manifest's note: that the log's key signed this manifest of this log.
 * @throws {Refusal} unusable
 */
function manifestNoteOf(text) {
  const note = noteOf(text, 'manifest');
  const [, origin, sha256] = NOTE.exec(note.text) ?? [];
  if (sha256 === undefined) {
    throw new Refusal('unusable', 'The note of the manifest does not tell of one.');
  }
  return { note, origin, sha256 };
}

// node-platform.mjs

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
const nodeHasher = {
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
function asRefusal(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return new Refusal('unusable', `There is no ${error.path}.`);
  }
  return new Refusal('unusable', error instanceof Error ? error.message : String(error));
}

// zip-records.mjs

/** What stands for a size that takes more than four bytes. */
const MAX32 = 0xffffffff;
/** A file's flags: UTF-8 name, sizes after the data. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01, the first day that a zip file can name. */
const DATE = 33;
const MADE_BY = (3 << 8) | 63;
/** A plain file, to be read by anyone and written by its owner. */
const ATTRIBUTES = 0o100644 * 0x10000;

const isLarge = ({ packed, size, offset }) => Math.max(packed, size, offset) >= MAX32;

/** Fields as little-endian numbers: [bytes, value] each. */
function record(fields, ...texts) {
  const head = new Uint8Array(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  const view = viewOf(head);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 1) view.setUint8(at, value);
    else if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return concatenated([head, ...texts]);
}

/** What stands before a file. */
const localHeader = ({ name }) =>
  record(
    [
      ...[
        [4, 0x04034b50],
        [2, 20],
        [2, FLAGS],
        [2, DEFLATED],
        [2, 0],
        [2, DATE],
      ],
      ...[
        [4, 0],
        [4, 0],
        [4, 0],
        [2, name.length],
        [2, 0],
      ],
    ],
    ascii(name),
  );

/** What stands after a file. */
function dataDescriptor(entry) {
  const bytes = isLarge(entry) ? 8 : 4;
  return record([
    [4, 0x08074b50],
    [4, entry.crc],
    [bytes, entry.packed],
    [bytes, entry.size],
  ]);
}

/** What the directory says of a file. */
function centralRecord(entry) {
  const { name, crc, packed, size, offset } = entry;
  const large = isLarge(entry);
  const extra = large
    ? record([
        [2, 1],
        [2, 24],
        [8, size],
        [8, packed],
        [8, offset],
      ])
    : [];
  const shown = (value) => (large ? MAX32 : value);
  return record(
    [
      ...[
        [4, 0x02014b50],
        [2, MADE_BY],
        [2, large ? 45 : 20],
        [2, FLAGS],
        [2, DEFLATED],
      ],
      ...[
        [2, 0],
        [2, DATE],
        [4, crc],
        [4, shown(packed)],
        [4, shown(size)],
        [2, name.length],
      ],
      ...[
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, ATTRIBUTES],
        [4, shown(offset)],
      ],
    ],
    ascii(name),
    extra,
  );
}

/** What stands after the directory. @returns {Uint8Array[]} */
function endRecords({ isLarge: large, count, length, start }) {
  const offset = large && start >= MAX32 ? MAX32 : start;
  const end = record([
    ...[
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, count],
      [2, count],
      [4, length],
      [4, offset],
      [2, 0],
    ],
  ]);
  if (!large) return [end];
  const end64 = record([
    ...[
      [4, 0x06064b50],
      [8, 44],
      [2, MADE_BY],
      [2, 45],
      [4, 0],
      [4, 0],
    ],
    ...[
      [8, count],
      [8, count],
      [8, length],
      [8, start],
    ],
  ]);
  return [
    end64,
    record([
      [4, 0x07064b50],
      [4, 0],
      [8, start + length],
      [4, 1],
    ]),
    end,
  ];
}

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const ascii = (text) => Uint8Array.from(text, (one) => one.charCodeAt(0));

/** Whether they are the same bytes. */
const same = (one, other) =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

// zip.mjs

/**
 * Zip files as Orgtrail writes them, and no others: every byte beside the files' own is compared with
 * what it must be, so that a pack cannot mean one thing here and another to another program. One that
 * was packed again by something else is to be unpacked, and its folder given. Files are not compressed,
 * since there are many ways to compress the same: they stand in deflate's blocks of plain bytes, full
 * ones, then the rest, then an empty one that says it is the last.
 */
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_DIRECTORY_BYTES = 65_536;
const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/;
/** Bytes of a block that deflate holds as they are, all but the last of a file. */
const BLOCK_BYTES = 65_535;
const BLOCK_HEAD_BYTES = 5;

const NO_ZIP = 'This is not a zip file.';
const GZIPPED = 'This is compressed by gzip: unpack it first, as by gunzip.';
const REPACKED =
  'This zip is not in the form that Orgtrail writes: damaged, or packed again by another program. If you packed it, unpack it and give the folder.';

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} crc
 * @property {number} packed
 * @property {number} size
 * @property {number} offset
 */

/**
 * The files in a zip.
 * @param {(offset: number, length: number) => Promise<Uint8Array>} readAt
 * @param {number} size of the zip
 * @throws {Refusal}
 */
async function zipEntries(readAt, size) {
  const end = await endOf(readAt, size);
  const bytes = await readAt(end.start, size - end.start);
  const entries = entriesIn(bytes, end.length);
  require(same(bytes, concatenated([...entries.map(centralRecord), ...endRecords(end)])));
  require(
    end.count === entries.length && new Set(entries.map(({ name }) => name)).size === end.count,
  );
  let at = 0;
  for (const entry of entries) {
    require(entry.offset === at);
    const local = localHeader(entry);
    const after = dataDescriptor(entry);
    require(entry.packed === packedSize(entry.size));
    at += local.length + entry.packed;
    require(at + after.length <= end.start);
    require(same(await readAt(entry.offset, local.length), local));
    require(same(await readAt(at, after.length), after));
    at += after.length;
  }
  require(at === end.start);
  return entries;
}

const packedSize = (size) => size + BLOCK_HEAD_BYTES * (Math.ceil(size / BLOCK_BYTES) + 1);

/**
 * The bytes of a file, in parts, each of which is good until the next is asked for.
 * @throws {Refusal} tampered
 */
async function* bytesIn(readAt, entry) {
  let at = entry.offset + LOCAL_BYTES + entry.name.length;
  for (let left = entry.size; ; ) {
    const length = Math.min(left, BLOCK_BYTES);
    const block = await readAt(at, BLOCK_HEAD_BYTES + length);
    if (!same(block.subarray(0, BLOCK_HEAD_BYTES), blockHead(length))) {
      throw new Refusal('tampered', `${entry.name} does not stand in the zip as it was written`);
    }
    if (length === 0) return;
    yield block.subarray(BLOCK_HEAD_BYTES);
    left -= length;
    at += block.length;
  }
}

/** RFC 1951, 3.2.4. */
const blockHead = (length) =>
  record([
    [1, length === 0 ? 1 : 0],
    [2, length],
    [2, length ^ 0xffff],
  ]);

async function endOf(readAt, size) {
  if (size < END_BYTES) throw new Refusal('unusable', NO_ZIP);
  const view = viewOf(await readAt(size - END_BYTES, END_BYTES));
  if (view.getUint32(0, true) !== 0x06054b50) {
    const start = viewOf(await readAt(0, 4));
    const isZip = start.getUint32(0, true) === 0x04034b50;
    if (isZip) throw new Refusal('incomplete', 'The end of this zip is missing or damaged.');
    throw new Refusal('unusable', start.getUint16(0, true) === 0x8b1f ? GZIPPED : NO_ZIP);
  }
  const large = view.getUint32(12, true) === MAX32 || view.getUint32(16, true) === MAX32;
  const end = large ? await end64Of(readAt, size) : small(view, size);
  require(end.start >= 0 && end.length >= 0 && end.length <= MOST_DIRECTORY_BYTES);
  return end;
}

const small = (view, size) => ({
  isLarge: false,
  count: view.getUint16(10, true),
  length: view.getUint32(12, true),
  start: size - END_BYTES - view.getUint32(12, true),
});

async function end64Of(readAt, size) {
  const at = size - END_BYTES - LOCATOR_BYTES - END64_BYTES;
  require(at >= 0);
  const view = viewOf(await readAt(at, END64_BYTES));
  const length = Number(view.getBigUint64(40, true));
  return { isLarge: true, count: Number(view.getBigUint64(32, true)), length, start: at - length };
}

/** @returns {ZipEntry[]} */
function entriesIn(bytes, length) {
  const view = viewOf(bytes);
  const entries = [];
  for (let at = 0; at < length; ) {
    require(at + CENTRAL_BYTES <= length);
    const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true);
    require(next <= length);
    const name = String.fromCharCode(...bytes.subarray(at + CENTRAL_BYTES, nameEnd));
    require(NAME.test(name));
    entries.push({ name, crc: view.getUint32(at + 16, true), ...sizesIn(view, at, nameEnd, next) });
    at = next;
  }
  return entries;
}

function sizesIn(view, at, extra, next) {
  if (view.getUint32(at + 42, true) !== MAX32) {
    return {
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
  }
  require(next - extra === 28);
  const [size, packed, offset] = [4, 12, 20].map((n) => Number(view.getBigUint64(extra + n, true)));
  return { packed, size, offset };
}

function require(condition) {
  if (!condition) throw new Refusal('unusable', REPACKED);
}

// node-pack.mjs

/** Bytes of a file that are looked at together. */
const CHUNK_BYTES = 65_536;

/** The pack at a path: a zip, or the folder that it was unpacked to. @throws {Refusal} unusable */
async function packAt(location) {
  const kind = await statKind(location);
  if (kind === 'folder') return folderPack(location);
  const file = openSync(location, constants.O_RDONLY);
  try {
    const readAt = readerOf(file);
    const entries = await zipEntries(readAt, fstatSync(file).size);
    return { ...zipPack(entries, readAt), close: async () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Reads bytes of a file, which are good until others are asked for. */
function readerOf(file) {
  let space = Buffer.alloc(CHUNK_BYTES + 8);
  return (offset, length) => {
    if (length > space.length) space = Buffer.alloc(length);
    const bytes = space.subarray(0, length);
    if (readSync(file, bytes, 0, length, offset) < length) {
      throw new Refusal('incomplete', 'The zip is shorter than it says.');
    }
    return bytes;
  };
}

/** Entries and a checkpoint alone. */
function barePack(entries, checkpoint) {
  const paths = { [ENTRIES]: entries, [CHECKPOINT]: checkpoint };
  return {
    names: null,
    isBare: true,
    file: (name) => (Object.hasOwn(paths, name) ? fileAt(paths[name]) : Promise.resolve(null)),
  };
}

async function statKind(location) {
  try {
    return (await stat(location)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    throw asRefusal(error);
  }
}

const folderPack = (folder) => ({
  names: null,
  isBare: false,
  file: (name) => fileAt(path.join(folder, path.basename(name))),
});

async function fileAt(location) {
  try {
    const { size } = await stat(location);
    return { size, open: () => guarded(chunksAt(location)) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw asRefusal(error);
  }
}

/** By calls that wait: handing each read to another thread and back costs more than the read. */
async function* chunksAt(location) {
  const file = openSync(location, constants.O_RDONLY);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (length > 0) yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

const zipPack = (entries, readAt) => ({
  names: entries.map(({ name }) => name),
  isBare: false,
  file: async (name) => {
    const entry = entries.find((one) => one.name === name);
    return entry === undefined ? null : { size: entry.size, open: () => unpacked(entry, readAt) };
  },
});

async function* unpacked(entry, readAt) {
  let crc = 0;
  for await (const chunk of guarded(bytesIn(readAt, entry))) {
    crc = zlib.crc32 === undefined ? entry.crc : zlib.crc32(chunk, crc);
    yield chunk;
  }
  if (crc !== entry.crc) {
    throw new Refusal('tampered', `${entry.name} does not have the checksum that the zip tells`);
  }
}

async function* guarded(stream) {
  try {
    yield* stream;
  } catch (error) {
    throw asRefusal(error);
  }
}

// report.mjs

const VERDICTS = {
  sound: 'SOUND',
  tampered: 'TAMPERED',
  incomplete: 'INCOMPLETE',
  unusable: 'UNUSABLE',
};

const counted = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** What was found, as lines of text for people. */
function reportLines({ verdict, firstBadSequence, findings, findingCount, facts }) {
  const lines = [`${VERDICTS[verdict]}: ${summary(verdict, firstBadSequence, facts)}`];
  for (const { sequence, message } of findings) {
    lines.push(sequence === null ? `- ${message}` : `- entry ${counted(sequence)}: ${message}`);
  }
  if (findingCount > findings.length) {
    lines.push(`- and ${counted(findingCount - findings.length)} more`);
  }
  return [...lines, ...factLines(facts)];
}

function summary(verdict, firstBadSequence, { kind }) {
  if (verdict === 'tampered') {
    return firstBadSequence === null
      ? 'this is not what the log holds.'
      : `the first bad entry is ${counted(firstBadSequence)}.`;
  }
  if (verdict === 'incomplete') return 'nothing was seen to be altered, but something is missing.';
  if (verdict === 'unusable') return 'nothing can be said for certain.';
  return kind === 'SELECTION'
    ? 'every entry here is in the log, in this order and as it was recorded.'
    : 'this is the whole log, every entry in its place and as it was recorded.';
}

function factLines(facts) {
  const lines = [];
  if (facts.origin !== undefined) {
    lines.push(`Log: ${facts.origin}`);
    lines.push(`Checkpoint: ${counted(facts.size)} entries, root ${facts.root}`);
  }
  for (const key of facts.signedBy ?? []) lines.push(`Signed by: ${key}`);
  if (facts.previousSize !== undefined) {
    lines.push(`Earlier checkpoint: ${counted(facts.previousSize)} entries`);
  }
  if (facts.entryCount !== undefined) lines.push(entriesLine(facts));
  if (facts.filter !== undefined && Object.keys(facts.filter).length > 0) {
    lines.push(`Filter, as the export tells it: ${JSON.stringify(facts.filter)}`);
    lines.push('That no other entry of the log matches the filter is not proved by this.');
  }
  return lines;
}

function entriesLine({ entryCount, prunedCount, withoutActor, withoutContent, withoutBody }) {
  const notes = [
    [prunedCount, 'more were removed by retention, only their leaves are here'],
    [withoutActor, 'no longer tell who acted'],
    [withoutBody, 'lost a part of their body to an erasure, only their leaves are proved'],
    [withoutContent, 'no longer tell what happened in detail'],
  ];
  const told = notes
    .filter(([count]) => count > 0)
    .map(([count, note]) => `; ${counted(count)} ${note}`);
  return `Entries: ${counted(entryCount)}${told.join('')}`;
}

// lines.mjs

/** Bytes of the longest line: an entry of the largest size, every character of it escaped, and proof. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Blocks of whole lines in a stream of bytes, each chunk of which is good until the next is asked
 * for; so is each block. Memory is bounded by the longest line. What follows the last line feed comes
 * as a block of its own, which is not whole.
 * @param {AsyncIterable<Uint8Array>} chunks
 * @returns {AsyncGenerator<{bytes: Uint8Array, isWhole: boolean}>}
 */
async function* lineBlocks(chunks) {
  let held = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    // Only the line that began in an earlier chunk has to be put together.
    const first = held.length === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
    if (first > 0) {
      yield { bytes: concatenated([...held, chunk.subarray(0, first)]), isWhole: true };
      held = [];
    }
    if (end > first) yield { bytes: chunk.subarray(first, end), isWhole: true };
    if (end < chunk.length) held.push(new Uint8Array(chunk.subarray(end)));
    requireShort(held);
  }
  if (held.length > 0) yield { bytes: concatenated(held), isWhole: false };
}

function requireShort(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > LONGEST_LINE_BYTES) throw new Refusal('tampered', 'it has a line of over 16 MiB');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** All of a small file as text. @throws {Refusal} unusable, when it is not one */
async function wholeText(chunks, name) {
  const parts = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(new Uint8Array(chunk));
    length += chunk.length;
    if (length > LONGEST_LINE_BYTES) throw new Refusal('unusable', `${name} is too large.`);
  }
  try {
    return decoder.decode(concatenated(parts));
  } catch {
    throw new Refusal('unusable', `${name} is not UTF-8.`);
  }
}

// files.mjs

/** A file of a pack. @throws {Refusal} incomplete, when it is not there */
async function fileOf(pack, name) {
  const file = await pack.file(name);
  if (file === null) throw new Refusal('incomplete', `${name} is missing.`);
  return file;
}

/** All of a small file of a pack, as text. @throws {Refusal} */
const textOf = async (pack, name) => wholeText((await fileOf(pack, name)).open(), name);

/** The SHA-256 of a file, in hex; null when it cannot be read to its end. */
async function digestOf(hasher, file) {
  const hash = hasher.createHash();
  try {
    for await (const chunk of file.open()) hash.update(chunk);
    return hash.digest();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

// entry.mjs

/**
 * What is wrong with an entry taken by itself, or null: its body gives its leaf, and what it
 * discloses is what it committed to.
 * @param {object} hasher
 * @param {Uint8Array} bytes the block that it stands in
 * @param {object} line an EntryLine, as `lineAt` gives it
 * @param {string} organization whose log it has to be in, as JSON text
 */
function entryProblem(hasher, bytes, line, organization) {
  const { actorStart, contentStart } = line;
  if (line.organization !== organization) return 'it is of another organization';
  if (hasher.hashLeaf(bytes, line.bodyStart, line.bodyEnd) !== line.leaf) {
    return 'its fields do not give its leaf';
  }
  const isActor =
    actorStart === null ||
    hasher.hashSalted(bytes, line.actorSaltStart, actorStart, line.actorEnd) ===
      line.actorCommitment;
  if (!isActor) return 'who acted is not what the entry committed to';
  const isContent =
    contentStart === null ||
    hasher.hashSalted(bytes, line.contentSaltStart, contentStart, line.contentEnd) ===
      line.contentCommitment;
  return isContent ? null : 'what happened is not what the entry committed to';
}

// line.mjs

/**
 * A line of entries.ndjson is RFC 8785 text of one object, in one of these forms:
 *
 *   {"actor":A,"actorSalt":S,"body":B,"content":C,"contentSalt":S,"leaf":H}
 *   {"actor":A,"actorSalt":S,"body":B,"content":C,"contentSalt":S,"leaf":H,"leafIndex":N,"proof":[H…]}
 *   {"leaf":H,"prunedSequence":N}
 *   {"erasedSequence":N,"leaf":H}
 *   {"erasedSequence":N,"leaf":H,"leafIndex":N,"proof":[H…]}
 *
 * The last two are entries whose body held an address in clear, and lost it when that was erased.
 * Lines are read as they stand in a block of bytes, one character for each byte, and are never
 * parsed: A, B and C are texts whose bytes are hashed, and the forms of A and B leave no second way
 * to write the same fields. What C says was committed to as it stands here, byte for byte.
 */
const PLAIN = '[^"\\\\\\x00-\\x1f]*';
/** A string of RFC 8785: escaped only where it must be, and in the one way. */
const TEXT = `"${PLAIN}(?:\\\\(?:["\\\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))${PLAIN})*"`;
const MAYBE = `(?:null|${TEXT})`;
const HASH = '"([0-9a-f]{64})"';
const SALT = '(?:null|"([0-9a-f]{32})")';
const WHOLE = '[1-9]\\d{0,15}';

const ACTOR = '{"actor":';
const ACTOR_FORM = `(null|\\{"email":${MAYBE},"ip":${MAYBE},"name":${MAYBE},"requestId":${MAYBE},"userAgent":${MAYBE}\\})`;
const BODY_FORM = [
  `\\{"action":${TEXT},"actor":${HASH},"actorId":${MAYBE},"actorType":${TEXT},"content":${HASH}`,
  `"correlationId":${MAYBE},"createdAt":${TEXT},"id":${TEXT},"organization":(${TEXT})`,
  `"origin":${TEXT},"outcome":${TEXT},"recordedAt":${TEXT},"resourceType":${MAYBE}`,
  `"resourceUID":${MAYBE},"scope":${TEXT},"sequence":(${WHOLE}),"v":1\\}`,
].join(',');
const HEAD = new RegExp(
  `\\{"actor":${ACTOR_FORM},"actorSalt":${SALT},"body":${BODY_FORM},"content":`,
  'y',
);
const ACTOR_SALT = ',"actorSalt":';
const BODY = ',"body":';
const CONTENT = ',"content":';
const CONTENT_SALT = ',"contentSalt":';
const LEAF = ',"leaf":';
const PROOF_FORM = `,"leafIndex":(0|${WHOLE}),"proof":\\[((?:${HASH}(?:,${HASH})*)?)\\]`;
const PROOF = PROOF_FORM.replaceAll('([0-9a-f]{64})', '[0-9a-f]{64}');
const TAIL = new RegExp(`,"contentSalt":${SALT},"leaf":${HASH}(?:${PROOF})?\\}\\n`, 'y');
const PRUNED = new RegExp(`\\{"leaf":${HASH},"prunedSequence":(${WHOLE})\\}\\n`, 'y');
const ERASED = new RegExp(`\\{"erasedSequence":(${WHOLE}),"leaf":${HASH}(?:${PROOF})?\\}\\n`, 'y');

/**
 * @typedef {object} EntryLine
 * @property {number | null} actorStart where its text stands in the block; null when it is not disclosed
 * @property {number} actorEnd
 * @property {number} actorSaltStart where its hex digits stand
 * @property {string} actorCommitment
 * @property {number} bodyStart
 * @property {number} bodyEnd
 * @property {number | null} contentStart
 * @property {number} contentEnd
 * @property {number} contentSaltStart
 * @property {string} contentCommitment
 * @property {string} organization
 * @property {number} sequence
 * @property {string} leaf
 * @property {number | null} leafIndex null in a pack of a whole log
 * @property {string[]} proof
 */

/**
 * The line from `start` to the line feed at `end`, or null when it has none of the forms.
 * @param {string} text the block, a character for each byte
 * @param {number} start
 * @param {number} end
 * @returns {EntryLine | {leaf: string, sequence: number, isPruned: boolean} | null}
 */
function lineAt(text, start, end) {
  const head = matchAt(HEAD, text, start);
  if (head === null) return leafOnlyAt(text, start);
  const contentStart = start + head[0].length;
  const tail = plainTailAt(text, end) ?? tailAt(text, end);
  if (tail === null || tail.contentEnd < contentStart) return null;
  const { contentEnd } = tail;
  const hasActor = head[1] !== 'null';
  const hasContent = contentEnd - contentStart !== 4 || !text.startsWith('null', contentStart);
  // A value and its salt are there together or not at all.
  if (hasActor !== (head[2] !== undefined) || hasContent !== tail.hasSalt) return null;
  const actorStart = start + ACTOR.length;
  const actorEnd = actorStart + head[1].length;
  // One shape for every line, by a plain literal: this is where most of the time goes.
  return {
    actorStart: hasActor ? actorStart : null,
    actorEnd,
    actorSaltStart: actorEnd + ACTOR_SALT.length + 1,
    actorCommitment: head[3],
    bodyStart: actorEnd + ACTOR_SALT.length + (hasActor ? 34 : 4) + BODY.length,
    bodyEnd: contentStart - CONTENT.length,
    contentStart: hasContent ? contentStart : null,
    contentEnd,
    contentSaltStart: contentEnd + CONTENT_SALT.length + 1,
    contentCommitment: head[4],
    organization: head[5],
    sequence: Number(head[6]),
    leaf: tail.leaf,
    leafIndex: tail.leafIndex,
    proof: tail.proof,
  };
}

function matchAt(form, text, start) {
  form.lastIndex = start;
  return form.exec(text);
}

const PLAIN_TAIL = CONTENT_SALT.length + 34 + LEAF.length + 67;

/**
 * The end of a line without a proof, whose content is disclosed: its parts stand at fixed places.
 * That they are hex digits shows where they are used: the salt is read as such, and the leaf is
 * compared with one that was worked out.
 */
function plainTailAt(text, end) {
  const contentEnd = end - PLAIN_TAIL;
  const saltStart = contentEnd + CONTENT_SALT.length;
  const leafStart = end - 66;
  const isPlain =
    text.startsWith(CONTENT_SALT, contentEnd) &&
    text.startsWith('"', saltStart) &&
    text.startsWith(`"${LEAF}"`, saltStart + 33) &&
    text.startsWith('"}', end - 2);
  if (!isPlain) return null;
  const leaf = text.slice(leafStart, end - 2);
  return { contentEnd, hasSalt: true, leaf, leafIndex: null, proof: NO_HASHES };
}

function tailAt(text, end) {
  const contentEnd = text.lastIndexOf(CONTENT_SALT, end);
  const tail = contentEnd < 0 ? null : matchAt(TAIL, text, contentEnd);
  if (tail === null || contentEnd + tail[0].length !== end + 1) return null;
  return {
    contentEnd,
    hasSalt: tail[1] !== undefined,
    leaf: tail[2],
    ...proofIn(tail),
  };
}

/** @type {string[]} */
const NO_HASHES = [];

function leafOnlyAt(text, start) {
  const pruned = matchAt(PRUNED, text, start);
  if (pruned !== null) {
    return { leaf: pruned[1], sequence: Number(pruned[2]), isPruned: true, leafIndex: null };
  }
  const erased = matchAt(ERASED, text, start);
  if (erased === null) return null;
  return { leaf: erased[2], sequence: Number(erased[1]), isPruned: false, ...proofIn(erased) };
}

/** The last two parts of a match: where the leaf stands, and its proof. */
const proofIn = ({ 3: leafIndex, 4: proof }) => ({
  leafIndex: leafIndex === undefined ? null : Number(leafIndex),
  proof: proof ? proof.slice(1, -1).split('","') : NO_HASHES,
});

/** Where a line says its place, in the order in which they are believed. */
const CLAIMS = [
  [/^\{"erasedSequence":([1-9]\d{0,15}),"leaf":/, 0],
  [/,"sequence":([1-9]\d{0,15}),"v":1\},"content":/, 0],
  [/,"leafIndex":(0|[1-9]\d{0,15}),"proof":\[[^\]]*\]\}$/, 1],
];

/** The sequence that a line says it has, though the rest of it cannot be read; null if it says none. */
function claimedSequence(line) {
  for (const [form, added] of CLAIMS) {
    const match = form.exec(line);
    if (match !== null) return Number(match[1]) + added;
  }
  return null;
}

// merkle.mjs

/**
 * RFC 6962 trees, by the algorithms of RFC 9162 (sections 2.1.3.2 and 2.1.4.2). Hashes are texts of
 * 64 hex digits; `hashPair(left, right)` is SHA-256(0x01 || left || right). Sizes are whole numbers
 * up to 2^53 - 1: whatever is larger is refused.
 */

/** The root of the tree with no leaves: the SHA-256 of nothing. */
const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The root that an inclusion proof leads to, or null when it cannot be one for that place.
 * @param {(left: string, right: string) => string} hashPair
 * @param {string} leaf
 * @param {number} index
 * @param {number} size
 * @param {readonly string[]} proof
 */
function rootOfInclusion(hashPair, leaf, index, size, proof) {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index)) return null;
  if (index < 0 || index >= size) return null;
  let hash = leaf;
  const isWholeWay = climb(index, size - 1, proof, (sibling, isLeft) => {
    hash = isLeft ? hashPair(sibling, hash) : hashPair(hash, sibling);
  });
  return isWholeWay ? hash : null;
}

/**
 * Whether a proof shows that the first tree is the beginning of the second.
 * @param {(left: string, right: string) => string} hashPair
 * @param {{size: number, root: string}} first
 * @param {{size: number, root: string}} second
 * @param {readonly string[]} proof
 */
function isConsistent(hashPair, first, second, proof) {
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size)) return false;
  // A proof from the empty tree would say nothing.
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  if (proof.length === 0) return false;
  const roots = rootsOfConsistency(hashPair, first, second, proof);
  return roots !== null && roots[0] === first.root && roots[1] === second.root;
}

function rootsOfConsistency(hashPair, first, second, proof) {
  // The lowest subtree that ends where the first tree does.
  const width = risenBy(first.size) / 2;
  const node = first.size / width - 1;
  // Of a perfect first tree, its own root is where the proof begins.
  const [start, ...path] = node === 0 ? [first.root, ...proof] : proof;
  let [older, newer] = [start, start];
  const last = Math.floor((second.size - 1) / width);
  const isWholeWay = climb(node, last, path, (sibling, isLeft) => {
    if (isLeft) older = hashPair(sibling, older);
    newer = isLeft ? hashPair(sibling, newer) : hashPair(newer, sibling);
  });
  return isWholeWay ? [older, newer] : null;
}

/**
 * Goes from a node up to the root, one sibling at a time, told on which side it stands; `end` is the
 * last node of the same level. Whether the siblings were just enough.
 */
function climb(index, end, siblings, meet) {
  let [node, last] = [index, end];
  for (const sibling of siblings) {
    if (last === 0) return false;
    const isLeft = node % 2 === 1 || node === last;
    meet(sibling, isLeft);
    // Without a right neighbour there is nothing to join until the node is a right one itself.
    const width = isLeft ? risenBy(node) : 2;
    node = Math.floor(node / width);
    last = Math.floor(last / width);
  }
  return last === 0;
}

/** Twice the largest power of two that divides the number. */
function risenBy(number) {
  let width = 2;
  while (number % width === 0) width *= 2;
  return width;
}

/** @param {number} value */
const half = (value) => Math.floor(value / 2);

/** A tree that grows leaf by leaf and keeps only the roots of its perfect subtrees. */
class GrowingTree {
  /** @param {(left: string, right: string) => string} hashPair */
  constructor(hashPair) {
    this.hashPair = hashPair;
    /** @type {string[]} */
    this.stack = [];
    this.size = 0;
  }

  /** @param {string} leaf */
  append(leaf) {
    let hash = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = half(rest)) {
      hash = this.hashPair(this.stack.pop(), hash);
    }
    this.stack.push(hash);
    this.size += 1;
  }

  root() {
    return this.stack.length === 0
      ? EMPTY_ROOT
      : this.stack.reduceRight((right, left) => this.hashPair(left, right));
  }
}

// log-check.mjs

/**
 * @typedef {object} Claim what the entries are held against
 * @property {string} organization
 * @property {number} size leaves that the checkpoint covers
 * @property {string} root of the checkpoint
 * @property {{size: number, root: string} | null} previous an earlier checkpoint
 */

/** What both checks count and share. */
class LogCheck {
  /** @param {Claim} claim @param {object} findings where to tell what is wrong */
  constructor(hasher, claim, findings) {
    this.hasher = hasher;
    this.claim = claim;
    this.findings = findings;
    this.entryCount = 0;
    this.prunedCount = 0;
    this.withoutActor = 0;
    this.withoutContent = 0;
    this.withoutBody = 0;
    this.organization = JSON.stringify(claim.organization);
  }

  /** The lines of a block, each ended by a line feed. @param {Uint8Array} given */
  block(given) {
    const { bytes, text } = this.hasher.blockOf(given);
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      this.line(lineAt(text, start, end), bytes, () => claimedSequence(text.slice(start, end)));
      start = end + 1;
    }
  }

  /**
   * What follows the last line feed: cut off where the file is too short, and altered otherwise.
   * @param {Uint8Array} given
   * @param {boolean} isCut
   */
  rest(given, isCut) {
    if (isCut) return this.findings.incomplete('the last line has no end', this.place);
    const { bytes, text } = this.hasher.blockOf(given);
    this.line(null, bytes, () => claimedSequence(text));
  }

  /** An entry's own problem, or null; a leaf alone has none. */
  problemOf(bytes, line) {
    if (line.bodyStart === undefined) return null;
    return entryProblem(this.hasher, bytes, line, this.organization);
  }

  count({ isPruned, bodyStart, actorStart, contentStart }) {
    if (isPruned) {
      this.prunedCount += 1;
      return;
    }
    this.entryCount += 1;
    if (bodyStart === undefined) this.withoutBody += 1;
    if (actorStart === null) this.withoutActor += 1;
    if (contentStart === null) this.withoutContent += 1;
  }
}

/** Every leaf from the first to the checkpoint's last, in order: together they must give its root. */
class WholeLogCheck extends LogCheck {
  constructor(hasher, claim, findings) {
    super(hasher, claim, findings);
    this.tree = new GrowingTree((left, right) => hasher.hashPair(left, right));
    this.next = 1;
    /** Whether every line so far had its leaf in its place. */
    this.isUnbroken = true;
    /** @type {string | null} */
    this.previousRoot = null;
    /** A leaf alone that says another place than the one where it stands. */
    this.doubted = null;
  }

  /** The sequence that something wrong with the next line is to be told by. */
  get place() {
    return this.next;
  }

  line(line, bytes) {
    if (this.doubted !== null) this.#settle(line?.sequence ?? null);
    if (line === null || line.leafIndex != null) return this.#bad('the line is not an entry');
    const problem = this.problemOf(bytes, line);
    if (problem !== null) return this.#bad(problem);
    if (line.bodyStart === undefined && line.sequence !== this.next) this.doubted = line;
    else this.#place(line);
  }

  /**
   * What a leaf alone says of its place is borne out by nothing but what follows: if that stands
   * where it must, no entry is missing before the leaf, and what it says was altered.
   */
  #settle(following) {
    const line = this.doubted;
    this.doubted = null;
    if (following === this.next + 1) this.#bad('it says that it is another entry');
    else this.#place(line);
  }

  #place(line) {
    if (this.#placed(line.sequence, line.leaf)) this.count(line);
  }

  #bad(problem) {
    this.findings.tampered(problem, this.next);
    this.isUnbroken = false;
    this.next += 1;
  }

  #placed(sequence, leaf) {
    if (sequence < this.next) {
      this.findings.tampered('it stands there twice or out of order', sequence);
      this.isUnbroken = false;
      return false;
    }
    if (sequence > this.claim.size) {
      this.findings.tampered('the checkpoint does not cover it', sequence);
      return false;
    }
    if (sequence > this.next) this.#missing(this.next, sequence - 1);
    this.next = sequence + 1;
    if (this.isUnbroken) this.#append(leaf);
    return true;
  }

  #missing(first, last) {
    const which = first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
    this.findings.incomplete(`${which} missing`, first);
    this.isUnbroken = false;
  }

  #append(leaf) {
    this.tree.append(leaf);
    if (this.tree.size === this.claim.previous?.size) this.previousRoot = this.tree.root();
  }

  end() {
    const { size, root, previous } = this.claim;
    if (this.doubted !== null) this.#settle(size + 1);
    if (this.next <= size) this.#missing(this.next, size);
    if (!this.isUnbroken) return;
    const isWhole = this.tree.root() === root;
    if (previous !== null && previous.size <= size && this.previousRoot !== previous.root) {
      this.#rewritten(1, previous.size, 'the earlier checkpoint');
    } else if (!isWhole) {
      this.#rewritten(1 + (previous?.size ?? 0), size, 'the checkpoint');
    }
  }

  #rewritten(first, last, which) {
    this.findings.tampered(
      `each entry fits itself, but together they do not give the root of ${which}: one of ${first} to ${last} was replaced with its leaf`,
    );
  }
}

/** Some entries of a log, each with its own proof, in ascending order. */
class SelectionCheck extends LogCheck {
  constructor(hasher, claim, findings) {
    super(hasher, claim, findings);
    this.last = 0;
    this.lineNumber = 0;
  }

  /** Where the next line stands is not known. */
  get place() {
    return null;
  }

  line(line, bytes, claimed) {
    this.lineNumber += 1;
    if (line === null || line.leafIndex === null) {
      return this.#bad('it is not an entry with its proof', claimed());
    }
    const problem = this.problemOf(bytes, line);
    const isProved = this.#isProved(line);
    // A leaf that is proved says where it stands, whatever became of the entry itself.
    const place = isProved ? line.leafIndex + 1 : line.sequence;
    if (problem !== null) return this.#bad(problem, place);
    if (!isProved) return this.#bad('its proof does not lead to the root of the checkpoint', place);
    if (line.sequence !== place) return this.#bad('it was moved to another place', place);
    if (place <= this.last) return this.#bad('it stands there twice or out of order', place);
    this.last = place;
    this.count(line);
  }

  #isProved({ leaf, leafIndex, proof }) {
    const pair = (left, right) => this.hasher.hashPair(left, right);
    return rootOfInclusion(pair, leaf, leafIndex, this.claim.size, proof) === this.claim.root;
  }

  #bad(problem, sequence) {
    this.findings.tampered(`line ${this.lineNumber}: ${problem}`, sequence);
  }

  end() {}
}

// seal.mjs

/**
 * @typedef {object} Seal
 * @property {string} name of the file
 * @property {{note: object, origin: string} | null} content null when it cannot be read
 * @property {string[]} signers those of the user's keys that signed it
 * @property {Refusal | null} problem why none did
 */

/**
 * A signed file of a pack. Never throws for what stands in it.
 * @param {(text: string) => object} read
 * @returns {Promise<Seal>}
 */
async function sealIn(run, pack, name, read) {
  const seal = { name, content: null, signers: [], problem: null };
  try {
    seal.content = read(await textOf(pack, name));
    seal.signers = await trustedSigners(run, seal.content, WHAT[name] ?? name);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    seal.problem = error;
  }
  return seal;
}

const WHAT = { 'checkpoint.txt': 'checkpoint', 'manifest.note': 'manifest' };

/** @param {Seal | null} seal */
const isVouched = (seal) => seal !== null && seal.signers.length > 0;

/**
 * Tells what is wrong with the signed files of a pack. Where a trusted key signed one of them, it is
 * the right key and a pack of ours: then whatever cannot be read of another was altered.
 * @param {Seal[]} seals
 */
function tellSeals(findings, seals) {
  const isOurs = seals.some(isVouched);
  for (const { name, problem } of seals) {
    if (problem === null) continue;
    const { verdict, message } = problem;
    const told = message.startsWith(name) ? message : `${name}: ${message}`;
    findings[isOurs && verdict === 'unusable' ? 'tampered' : verdict](told);
  }
}

/**
 * Which trusted keys signed a note for this log.
 * @throws {Refusal} when none did
 */
async function trustedSigners({ hasher, trusted }, { note, origin }, what) {
  if (trusted.keys.length === 0) {
    throw new Refusal(
      'unusable',
      `the signature of the ${what} was not checked: give the verifier key that you were told by somebody you trust`,
    );
  }
  const keys = trusted.keys.filter(({ name }) => origin === name || origin.startsWith(`${name}/`));
  const signers = await signersOf(hasher, note, keys, what);
  if (signers.length === 0) {
    throw new Refusal('unusable', `none of the keys given signed the ${what}`);
  }
  return signers;
}

// verify.mjs

/**
 * @typedef {object} Pack
 * @property {string[] | null} names all files, where nothing else may lie beside them; null for a folder
 * @property {boolean} isBare entries and a checkpoint alone, with no manifest
 * @property {() => Promise<void>} [close]
 * @property {(name: string) => Promise<{size: number, open: () => AsyncIterable<Uint8Array>} | null>} file
 */

/**
 * Judges a pack. Never throws for what it is given: whatever is wrong is a finding.
 * @param {object} hasher hashes and signatures of this machine
 * @param {() => Promise<Pack>} openPack
 * @param {{keys: {name: string, id: string, publicKey: Uint8Array, text: string}[],
 *   previous: string | null, organization: string | null}} trusted what the user vouches for
 * @param {(done: number, whole: number) => void} [progress] in bytes of the entries
 */
async function verify(hasher, openPack, trusted, progress = () => {}) {
  const run = { hasher, trusted, progress, findings: new Findings(), facts: {} };
  let pack = null;
  try {
    pack = await openPack();
    await judge(run, pack);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    run.findings[error.verdict](error.message);
  } finally {
    await pack?.close?.();
  }
  const { findings, facts } = run;
  return {
    verdict: findings.verdict,
    exitCode: EXIT_CODES[findings.verdict],
    firstBadSequence: findings.firstBadSequence,
    findings: findings.list,
    findingCount: findings.count,
    facts,
  };
}

async function judge(run, pack) {
  await refuseOtherThings(run, pack);
  const signed = await sealIn(run, pack, CHECKPOINT, checkpointOf);
  const vouching = pack.isBare ? null : await sealIn(run, pack, MANIFEST_NOTE, manifestNoteOf);
  tellSeals(run.findings, vouching === null ? [signed] : [signed, vouching]);
  if (signed.content === null) return;
  // The key is the right one and did not sign this checkpoint: no entry can be held against it.
  if (!isVouched(signed) && isVouched(vouching)) return;
  const claim = await claimOf(run, signed);
  const manifest = pack.isBare ? null : await manifestIn(run, pack, vouching.content, claim);
  await checkEntries(run, pack, manifest, claim);
  if (manifest !== null) await checkFiles(run, pack, manifest);
  if (manifest !== null && isVouched(vouching)) await checkSigners(run, pack, vouching.content);
  if (run.facts.kind === 'SELECTION') await checkGrowth(run, pack, claim);
}

/** Whatever was given that is no pack was not cut or altered: it is something else. */
async function refuseOtherThings({ hasher }, pack) {
  const files = await Promise.all([CHECKPOINT, MANIFEST, MANIFEST_NOTE, ENTRIES].map(pack.file));
  if (files.every((file) => file === null)) {
    throw new Refusal(
      'unusable',
      'This is no pack of evidence: give the exported zip, or all that was in it.',
    );
  }
  const entries = files.at(-1);
  if (!pack.isBare || entries === null) return;
  for await (const chunk of entries.open()) {
    if (!PLAIN_EXPORT.test(hasher.blockOf(chunk.subarray(0, 32)).text)) return;
    throw new Refusal(
      'unusable',
      'This is a plain export, which proves nothing: export with evidence.',
    );
  }
}

const PLAIN_EXPORT = /^\{"id":"log_/;

/** What everything else is held against: what the checkpoint says, and an earlier one. */
async function claimOf(run, { content: checkpoint, signers }) {
  const { findings, trusted, facts } = run;
  const { origin, size, root } = checkpoint;
  const organization = origin.split('/').at(-1) ?? '';
  Object.assign(facts, { origin, organization, size, root, signedBy: signers });
  if (trusted.organization !== null && trusted.organization !== organization) {
    findings.tampered(`this is the log of ${organization}, not of ${trusted.organization}`);
  }
  return { origin, organization, size, root, previous: await previousOf(run, checkpoint) };
}

async function previousOf(run, checkpoint) {
  if (run.trusted.previous === null) return null;
  const previous = checkpointOf(run.trusted.previous, 'earlier checkpoint');
  if (previous.origin !== checkpoint.origin) {
    throw new Refusal('unusable', `The earlier checkpoint is of another log: ${previous.origin}.`);
  }
  try {
    await trustedSigners(run, previous, 'earlier checkpoint');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    run.findings[error.verdict](error.message);
  }
  run.facts.previousSize = previous.size;
  const { size, root } = previous;
  if (size > checkpoint.size) {
    run.findings.tampered(
      `the log once had ${size} entries and this checkpoint covers ${checkpoint.size}: it was cut, or an older copy was put in its place`,
    );
  } else if (size === checkpoint.size && root !== checkpoint.root) {
    run.findings.tampered(`two different logs of ${size} entries were signed`);
  }
  return { size, root };
}

/** The manifest, or null when it is not the one that was signed: then nothing is believed of it. */
async function manifestIn(run, pack, note, claim) {
  const { hasher, findings, facts } = run;
  const digest = await digestOf(hasher, await fileOf(pack, MANIFEST));
  if (note !== null && (note.sha256 !== digest || note.origin !== claim.origin)) {
    findings.tampered(`${MANIFEST} is not the one that was signed`);
    return null;
  }
  const manifest = manifestOf(await textOf(pack, MANIFEST));
  const { kind, filter, exportId } = manifest;
  Object.assign(facts, { kind, filter, exportId });
  const { origin, organizationId, snapshotSequence } = manifest;
  const isOf = origin === claim.origin && organizationId === claim.organization;
  if (!isOf || snapshotSequence !== claim.size) {
    findings.tampered(`${MANIFEST} and ${CHECKPOINT} do not belong together`);
  }
  if (!manifest.complete) findings.incomplete(`the export was not finished: ${manifest.reason}`);
  return manifest;
}

async function checkEntries(run, pack, manifest, claim) {
  const { hasher, findings, facts } = run;
  const file = await fileOf(pack, ENTRIES);
  const hash = hasher.createHash();
  const read = { bytes: 0 };
  const before = findings.count;
  const lines = lineBlocks(watched(run, file, hash, read));
  const isCut = () => manifest === null || read.bytes < manifest.files[ENTRIES].bytes;
  const check = await checked(run, lines, manifest, claim, isCut);
  const { entryCount, prunedCount, withoutActor, withoutContent, withoutBody } = check;
  Object.assign(facts, { entryCount, prunedCount, withoutActor, withoutContent, withoutBody });
  if (manifest === null) return;
  const promised = manifest.entryCount + manifest.prunedCount;
  const found = entryCount + prunedCount;
  if (findings.count === before && found < promised) {
    findings.incomplete(`the manifest tells of ${promised} entries and there are ${found}`);
  }
  if (findings.count === before && hash.digest() !== manifest.files[ENTRIES].sha256) {
    findings.tampered(`${ENTRIES} is not the file that the manifest tells of`);
  }
}

async function* watched({ progress }, file, hash, read) {
  for await (const chunk of file.open()) {
    hash.update(chunk);
    read.bytes += chunk.length;
    progress(read.bytes, file.size);
    yield chunk;
  }
}

/** What the lines came to. */
async function checked(run, blocks, manifest, claim, isCut) {
  const { findings } = run;
  let check = null;
  try {
    for await (const { bytes, isWhole } of blocks) {
      check ??= checkOf(run, manifest?.kind ?? kindOf(run.hasher, bytes), claim);
      if (isWhole) check.block(bytes);
      else check.rest(bytes, isCut());
    }
    check ??= checkOf(run, manifest?.kind ?? 'WHOLE', claim);
    check.end();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    check ??= checkOf(run, manifest?.kind ?? 'SELECTION', claim);
    findings.tampered(`${ENTRIES} cannot be read from here on: ${error.message}`, check.place);
  }
  return check;
}

function checkOf({ hasher, findings, facts }, kind, claim) {
  facts.kind = kind;
  return kind === 'WHOLE'
    ? new WholeLogCheck(hasher, claim, findings)
    : new SelectionCheck(hasher, claim, findings);
}

/** Without a manifest, the first line tells whether this is a whole log: it has no proof. */
const kindOf = (hasher, bytes) =>
  /^[^\n]*\]\}\n/.test(hasher.blockOf(bytes).text) ? 'SELECTION' : 'WHOLE';

/** The files that nothing else proves are those that were signed for. */
async function checkFiles({ hasher, findings }, pack, manifest) {
  const known = [MANIFEST, MANIFEST_NOTE, ...Object.keys(manifest.files)];
  const strangers = pack.names?.filter((name) => !known.includes(name)) ?? [];
  for (const name of strangers) findings.tampered(`the manifest does not tell of ${name}`);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (name === ENTRIES) continue;
    const file = await pack.file(name);
    const digest = file && (await digestOf(hasher, file));
    if (file === null) findings.incomplete(`${name} is missing`);
    else if (digest !== sha256) findings.tampered(`${name} is not what the manifest tells of`);
  }
}

/** Whoever signed the manifest also says whose signatures it bears: each of them must be right. */
async function checkSigners({ hasher, findings }, pack, { note }) {
  const file = await pack.file(KEYS);
  if (file === null) return;
  try {
    const keys = keysOf(hasher, await wholeText(file.open(), KEYS));
    await signersOf(hasher, note, keys, 'manifest');
    const isListed = ({ name, id }) => keys.some((key) => key.name === name && key.id === id);
    if (note.signatures.every(isListed)) return;
    findings.tampered(`${MANIFEST_NOTE} bears a signature by a key that ${KEYS} does not tell of`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    findings.tampered(`${MANIFEST_NOTE}: ${error.message}`);
  }
}

/** That the log of an earlier checkpoint is the beginning of this one. */
async function checkGrowth({ hasher, findings }, pack, { size, root, previous }) {
  if (previous === null || previous.size >= size) return;
  const file = await pack.file(CONSISTENCY);
  const proof = file && consistencyOf(await wholeText(file.open(), CONSISTENCY));
  if (proof?.from !== previous.size || proof.to !== size) {
    findings.incomplete(
      `there is no proof that the log of ${previous.size} entries is the beginning of this one: export again and name ${previous.size} as the previous size`,
    );
    return;
  }
  const pair = (left, right) => hasher.hashPair(left, right);
  if (!isConsistent(pair, previous, { size, root }, proof.hashes)) {
    findings.tampered(`the first ${previous.size} entries are not those of the earlier checkpoint`);
  }
}

// cli.mjs

const HELP = `Verifies an audit log that Orgtrail exported. Needs no network and no server.

  node orgtrail-verify.mjs PACK --key KEY
  node orgtrail-verify.mjs ENTRIES.ndjson --checkpoint FILE --key KEY

PACK is the zip that was exported with evidence, or the folder it was unpacked to.

  --key KEY            a verifier key (name+hash+base64) that you were told by somebody you trust,
                       never one that came with the pack; may be given several times
  --keys FILE          a file of such keys, one a line
  --previous FILE      a checkpoint that you kept from earlier: the log must have grown from it
  --organization ID    whose log it has to be
  --checkpoint FILE    the checkpoint, when the entries were given without a pack
  --json               print the result as JSON
  --help               print this

Exit code: 0 sound, 1 tampered (the first bad entry is named), 2 incomplete, 3 unusable. Without a
key the best result is 3: whoever altered a log can sign it with a key of their own.
`;

const OPTIONS = {
  key: { type: 'string', multiple: true, default: [] },
  keys: { type: 'string', multiple: true, default: [] },
  previous: { type: 'string' },
  organization: { type: 'string' },
  checkpoint: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Runs the command line. @param {string[]} words @returns {Promise<number>} the exit code */
async function main(words) {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      options: OPTIONS,
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length !== 1) throw new Refusal('unusable', 'Give one pack; see --help.');
    const result = await verify(
      nodeHasher,
      openerOf(positionals[0], values),
      trustedOf(values),
      progress(),
    );
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const lines = values.json ? [JSON.stringify(result, null, 2)] : reportLines(result);
    process.stdout.write(`${lines.map(printable).join('\n')}\n`);
    return result.exitCode;
  } catch (error) {
    process.stderr.write(`UNUSABLE: ${printable(asRefusal(error).message)}\n`);
    return 3;
  }
}

const openerOf = (location, { checkpoint }) =>
  checkpoint === undefined ? () => packAt(location) : async () => barePack(location, checkpoint);

const trustedOf = ({ key, keys, previous, organization }) => ({
  keys: [
    ...key.map((text) => keyOf(nodeHasher, text)),
    ...keys.flatMap((file) => keysOf(nodeHasher, readFileSync(file, 'utf8'))),
  ],
  previous: previous === undefined ? null : readFileSync(previous, 'utf8'),
  organization: organization ?? null,
});

function progress() {
  if (!process.stderr.isTTY) return undefined;
  let shown = -1;
  return (done, whole) => {
    const percent = Math.floor((100 * done) / Math.max(1, whole));
    if (percent !== shown) process.stderr.write(`\r${percent} %`);
    shown = percent;
  };
}

/** What a pack says must not command a terminal. */
const printable = (text) =>
  text.replace(/[^\P{C}\n]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);

// main.mjs

process.exitCode = await main(process.argv.slice(2));
