import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { Refusal } from './findings.mjs';
import { CHECKPOINT, ENTRIES } from './manifest.mjs';
import { asRefusal } from './node-platform.mjs';
import { bytesIn, zipEntries } from './zip.mjs';

/** Bytes of a file that are looked at together. */
const CHUNK_BYTES = 65_536;

/** The pack at a path: a zip, or the folder that it was unpacked to. @throws {Refusal} unusable */
export async function packAt(location) {
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
export function barePack(entries, checkpoint) {
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
