/** The types that batches bind arrays of, and their object ids in every Postgres. */
const OIDS = { int4: 23, int8: 20, text: 25, bytea: 17 } as const;

/** A type that can stand in an array. */
export type ElementType = keyof typeof OIDS;

/** ndim, hasnull, element type, and the length and lower bound of the one dimension. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const IS_NULL = -1;

/**
 * A one-dimensional array as Postgres reads it in binary: the driver sends a Buffer as it is. Text
 * arrays cost both sides quoting, escaping and, for bytes, two digits each.
 */
export function arrayOf(type: ElementType, values: readonly unknown[]): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + sizeOf(type, values));
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  bytes.writeInt32BE(OIDS[type], 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  const write = WRITERS[type];
  let offset = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? IS_NULL : write(bytes, value, offset + LENGTH_BYTES);
    bytes.writeInt32BE(length, offset);
    offset += LENGTH_BYTES + Math.max(0, length);
  }
  return bytes.subarray(0, offset);
}

/** Writes one element at `offset` and gives its length. */
type Write = (bytes: Buffer, value: unknown, offset: number) => number;

const WRITERS: Record<ElementType, Write> = {
  int4: (bytes, value, offset) => bytes.writeInt32BE(value as number, offset) - offset,
  int8: (bytes, value, offset) => bytes.writeBigInt64BE(BigInt(value as number), offset) - offset,
  text: (bytes, value, offset) => bytes.write(value as string, offset),
  bytea: (bytes, value, offset) => {
    bytes.set(value as Uint8Array, offset);
    return (value as Uint8Array).length;
  },
};

/** At least the bytes that the elements take, each behind its length. */
function sizeOf(type: ElementType, values: readonly unknown[]): number {
  let size = values.length * LENGTH_BYTES;
  if (type === 'int4') return size + 4 * values.length;
  if (type === 'int8') return size + 8 * values.length;
  for (const value of values) {
    if (value === null) continue;
    size += type === 'text' ? 3 * (value as string).length : (value as Uint8Array).length;
  }
  return size;
}
