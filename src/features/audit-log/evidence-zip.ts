import { crc32 } from 'node:zlib';
import {
  blockHead,
  dataDescriptor,
  directory,
  localHeader,
  type ZippedFile,
} from './zip-records.ts';

/** A file of a zip, whose bytes are made when its turn comes. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** The most that a block of plain bytes can hold. */
const BLOCK_BYTES = 65_535;

/**
 * The bytes of a zip of these files, in their order; memory is bounded, and giving up the result
 * gives up the file that is being made. Nothing is compressed: deflate has many ways to say the same,
 * and then a byte could be changed that changes no file. All blocks are full but a file's last.
 */
export async function* zipped(members: readonly ZipMember[]): AsyncGenerator<Uint8Array> {
  const files: ZippedFile[] = [];
  let offset = 0;
  for (const { name, bytes } of members) {
    const head = localHeader(name);
    let [crc, size, packed] = [0, 0, 0];
    yield head;
    for await (const block of blocksOf(bytes())) {
      crc = crc32(block, crc);
      size += block.length;
      const start = blockHead(block.length);
      packed += start.length + block.length;
      yield Buffer.concat([start, block]);
    }
    const file = { name, crc, packed, size, offset };
    const tail = dataDescriptor(file);
    yield tail;
    offset += head.length + packed + tail.length;
    files.push(file);
  }
  yield directory(files, offset);
}

/** The same bytes in full blocks, then the rest, then an empty one. */
async function* blocksOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  for await (const part of parts) {
    held = held.length === 0 ? part : Buffer.concat([held, part]);
    while (held.length >= BLOCK_BYTES) {
      yield held.subarray(0, BLOCK_BYTES);
      held = held.subarray(BLOCK_BYTES);
    }
  }
  if (held.length > 0) yield held;
  yield new Uint8Array(0);
}
