import { concatenated } from './bytes.mjs';
import { Refusal } from './findings.mjs';
import {
  centralRecord,
  dataDescriptor,
  endRecords,
  localHeader,
  MAX32,
  record,
  same,
  viewOf,
} from './zip-records.mjs';

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
export async function zipEntries(readAt, size) {
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
export async function* bytesIn(readAt, entry) {
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
