/** A file that stands in a zip. */
export interface ZippedFile {
  readonly name: string;
  readonly crc: number;
  /** Bytes of its blocks. */
  readonly packed: number;
  /** Bytes of its own. */
  readonly size: number;
  /** Where its header begins. */
  readonly offset: number;
}

type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number];

const MOST_32 = 0xffffffff;
/** UTF-8 name, sizes after the data. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01, the first day that a zip file can name. */
const DATE = 33;
const MADE_BY_UNIX = (3 << 8) | 63;
const PLAIN_FILE = 0o100644 * 0x10000;

/** Fields as little-endian numbers, and the texts behind them. */
function record(fields: readonly Field[], ...texts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) head.writeBigUInt64LE(BigInt(value), at);
    else head.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return Buffer.concat([head, ...texts]);
}

/** The head of a block of plain bytes in a deflate stream; one of none is the last (RFC 1951, 3.2.4). */
export const blockHead = (length: number): Buffer =>
  record([
    [1, length === 0 ? 1 : 0],
    [2, length],
    [2, length ^ 0xffff],
  ]);

/** What stands before a file's data. */
export const localHeader = (name: string): Buffer =>
  record(
    [
      ...head(0x04034b50, [[2, 20]]),
      ...numbers(4, 0, 0, 0),
      ...numbers(2, Buffer.byteLength(name), 0),
    ],
    Buffer.from(name),
  );

/** What follows a file's data. */
export const dataDescriptor = (file: ZippedFile): Buffer => {
  const sizes = numbers(isLarge(file) ? 8 : 4, file.packed, file.size);
  return record([...numbers(4, 0x08074b50, file.crc), ...sizes]);
};

/** The end of a zip: its directory. */
export function directory(files: readonly ZippedFile[], start: number): Buffer {
  const records = Buffer.concat(files.map(centralRecord));
  const needs64 = start >= MOST_32;
  return Buffer.concat([
    records,
    ...(needs64 ? largeEnd(files.length, records.length, start) : []),
    record([
      ...numbers(4, 0x06054b50),
      ...numbers(2, 0, 0, files.length, files.length),
      ...numbers(4, records.length, Math.min(start, MOST_32)),
      ...numbers(2, 0),
    ]),
  ]);
}

/** Sizes and places of four bytes are not enough (zip64). */
const isLarge = ({ packed, size, offset }: ZippedFile): boolean =>
  Math.max(packed, size, offset) >= MOST_32;

const numbers = (bytes: 1 | 2 | 4 | 8, ...values: readonly number[]): Field[] =>
  values.map((value) => [bytes, value] as const);

/** How the headers of a file begin, in the directory and before its data. */
const head = (signature: number, versions: readonly Field[]): Field[] => [
  [4, signature],
  ...versions,
  ...numbers(2, FLAGS, DEFLATED, 0, DATE),
];

function centralRecord(file: ZippedFile): Buffer {
  const { name, crc, packed, size, offset } = file;
  const large = isLarge(file);
  const extra = large ? record([...numbers(2, 1, 24), ...numbers(8, size, packed, offset)]) : null;
  const shown = (value: number) => (large ? MOST_32 : value);
  return record(
    [
      ...head(0x02014b50, numbers(2, MADE_BY_UNIX, large ? 45 : 20)),
      ...numbers(4, crc, shown(packed), shown(size)),
      ...numbers(2, Buffer.byteLength(name), extra?.length ?? 0, 0, 0, 0),
      ...numbers(4, PLAIN_FILE, shown(offset)),
    ],
    Buffer.from(name),
    ...(extra ? [extra] : []),
  );
}

function largeEnd(count: number, length: number, start: number): Buffer[] {
  const end = [
    ...numbers(4, 0x06064b50),
    ...numbers(8, 44),
    ...numbers(2, MADE_BY_UNIX, 45),
    ...numbers(4, 0, 0),
    ...numbers(8, count, count, length, start),
  ];
  const locator = [...numbers(4, 0x07064b50, 0), ...numbers(8, start + length), ...numbers(4, 1)];
  return [record(end), record(locator)];
}
