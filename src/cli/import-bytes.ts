import { createReadStream } from 'node:fs';
import { inflated } from '../features/audit-log/record-bytes.ts';

const READ_BYTES = 64 * 1024;
/** The first byte of every gzip member (RFC 1952, 2.3.1), and of no JSON text. */
const GZIP_BYTE = 0x1f;

/**
 * The bytes of a file, unpacked when it is gzip, whatever its name; `onRead` hears of the count
 * of bytes read from the file. Memory is bounded.
 * @throws Error the file cannot be read or its gzip is broken, after every byte before the fault
 */
export async function* bytesOf(
  path: string,
  onRead: (byteCount: number) => void,
): AsyncGenerator<Uint8Array> {
  const chunks = counted(path, onRead);
  const first = await chunks.next();
  if (first.done) return;
  const whole = joined(first.value, chunks);
  yield* first.value[0] === GZIP_BYTE ? inflated(whole) : whole;
}

async function* counted(
  path: string,
  onRead: (byteCount: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = chunk as Uint8Array;
    onRead(bytes.length);
    yield bytes;
  }
}

async function* joined(
  first: Uint8Array,
  others: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* others;
}
