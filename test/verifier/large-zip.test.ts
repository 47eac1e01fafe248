import { expect, test } from 'vitest';
import {
  dataDescriptor,
  directory,
  localHeader,
  type ZippedFile,
} from '../../src/features/audit-log/zip-records.ts';
import { zipEntries } from '../../verifier/src/zip.mjs';

/** Files of these sizes one after the other, whose own bytes nobody asks for. */
function zipOfSizes(sizes: readonly number[]) {
  const parts: { at: number; bytes: Buffer }[] = [];
  const files: ZippedFile[] = [];
  let end = 0;
  const put = (bytes: Buffer) => {
    parts.push({ at: end, bytes });
    end += bytes.length;
  };
  for (const [n, size] of sizes.entries()) {
    const packed = size + 5 * (Math.ceil(size / 65_535) + 1);
    const file = { name: `file-${n}.txt`, crc: 7 * n, packed, size, offset: end };
    put(localHeader(file.name));
    end += packed;
    put(dataDescriptor(file));
    files.push(file);
  }
  put(directory(files, end));
  const readAt = async (offset: number, length: number) => {
    const part = parts.find(
      ({ at, bytes }) => offset >= at && offset + length <= at + bytes.length,
    );
    if (!part) throw new Error(`Nothing is known of ${offset}.`);
    return part.bytes.subarray(offset - part.at, offset - part.at + length);
  };
  return { readAt, files, end };
}

const GIB = 2 ** 30;

test.each([
  ['small', [10, 0, 70_000]],
  ['of one large file', [10, 5 * GIB, 20]],
  ['large only together', [3 * GIB, 3 * GIB, 3 * GIB, 1]],
])('the verifier knows the files of a zip that is %s', async (_name, sizes) => {
  const { readAt, files, end } = zipOfSizes(sizes);
  expect(await zipEntries(readAt, end)).toEqual(files);
});
