/** Message codes and lengths: Postgres' documentation, "Message Formats". */
const DATA_ROW = 'D'.charCodeAt(0);
const CODE_BYTES = 1;
const HEADER_BYTES = CODE_BYTES + 4;
/** The length that a null has. */
const NULL = -1;

/** The columns of a row as text; null = NULL. */
export type Fields = readonly (string | null)[];

/** Who takes what Postgres sends, in the order in which it comes. */
interface Taker {
  row(fields: Fields): void;
  /** Whole messages of other kinds. */
  others(bytes: Buffer): void;
}

/** What takes bytes as they arrive, and gives whole messages on: rows are read, all else is left as it is. */
export function dividing(taker: Taker): (chunk: Buffer) => void {
  let begun: Buffer[] = [];
  let have = 0;
  let need = HEADER_BYTES;
  return (chunk) => {
    begun.push(chunk);
    have += chunk.length;
    if (have < need) return;
    const bytes = begun.length === 1 ? chunk : Buffer.concat(begun);
    const end = giveOn(bytes, taker);
    begun = end < bytes.length ? [bytes.subarray(end)] : [];
    have = bytes.length - end;
    need = have < HEADER_BYTES ? HEADER_BYTES : lengthAt(bytes, end);
  };
}

/** Gives on the whole messages; where they end. */
function giveOn(bytes: Buffer, taker: Taker): number {
  let at = 0;
  let given = 0;
  const giveOthers = () => {
    if (given < at) taker.others(bytes.subarray(given, at));
  };
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + lengthAt(bytes, at);
    if (end > bytes.length) break;
    if (bytes[at] === DATA_ROW) {
      giveOthers();
      taker.row(fieldsIn(bytes, at, end));
      given = end;
    }
    at = end;
  }
  giveOthers();
  return at;
}

/** Bytes of the message there, its code included. */
const lengthAt = (bytes: Buffer, at: number): number =>
  CODE_BYTES + bytes.readInt32BE(at + CODE_BYTES);

/** A row is made a string once, of which its columns are parts: making one of each takes much longer. */
function fieldsIn(bytes: Buffer, from: number, to: number): Fields {
  const text = bytes.toString('latin1', from, to);
  const count = bytes.readInt16BE(from + HEADER_BYTES);
  const fields = new Array<string | null>(count);
  let at = from + HEADER_BYTES + 2;
  for (let index = 0; index < count; index += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length === NULL) {
      fields[index] = null;
      continue;
    }
    const end = at + length;
    fields[index] = isAscii(bytes, at, end)
      ? text.slice(at - from, end - from)
      : bytes.toString('utf8', at, end);
    at = end;
  }
  return fields;
}

function isAscii(bytes: Buffer, from: number, to: number): boolean {
  let bits = 0;
  for (let at = from; at < to; at += 1) bits |= bytes[at] as number;
  return bits < 0x80;
}
