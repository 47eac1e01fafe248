import { concatenated } from './bytes.mjs';

/** What stands for a size that takes more than four bytes. */
export const MAX32 = 0xffffffff;
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
export function record(fields, ...texts) {
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
export const localHeader = ({ name }) =>
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
export function dataDescriptor(entry) {
  const bytes = isLarge(entry) ? 8 : 4;
  return record([
    [4, 0x08074b50],
    [4, entry.crc],
    [bytes, entry.packed],
    [bytes, entry.size],
  ]);
}

/** What the directory says of a file. */
export function centralRecord(entry) {
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
export function endRecords({ isLarge: large, count, length, start }) {
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
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const ascii = (text) => Uint8Array.from(text, (one) => one.charCodeAt(0));

/** Whether they are the same bytes. */
export const same = (one, other) =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);
