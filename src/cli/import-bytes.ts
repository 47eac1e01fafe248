import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** Small, so that a compressed chunk made to swell a thousandfold stays within memory. */
const READ_BYTES = 32 * 1024;
/** What an error in compressed bytes can take with it of the good text before it. */
const INFLATED_BYTES = 1024;
/** The first byte of every gzip member (RFC 1952, 2.3.1), and of no JSON text. */
const GZIP_BYTE = 0x1f;

/**
 * The bytes of a file, unpacked when it is gzip, whatever its name; `onRead` hears of the count
 * of bytes read from the file. Memory is bounded.
 * @throws Error the file cannot be read or its gzip is broken; all before the fault was given, but
 * for the last KiB at most
 */
export async function* bytesOf(
  path: string,
  onRead: (byteCount: number) => void,
): AsyncGenerator<Uint8Array> {
  let inflate: Inflater | null | undefined;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = chunk as Uint8Array;
    onRead(bytes.length);
    inflate ??= bytes[0] === GZIP_BYTE ? startInflating() : null;
    if (inflate) yield* inflate(bytes);
    else yield bytes;
  }
  if (inflate) yield* inflate(null);
}

/** Unpacks the next compressed bytes; null says that there are no more. */
type Inflater = (compressed: Uint8Array | null) => AsyncGenerator<Uint8Array>;

/** Not a stream pipeline: that would drop what is already unpacked when an error comes. */
function startInflating(): Inflater {
  const gunzip = createGunzip({ chunkSize: INFLATED_BYTES });
  let unpacked: Uint8Array[] = [];
  let failure: Error | null = null;
  gunzip.on('data', (chunk: Uint8Array) => unpacked.push(chunk));
  gunzip.on('error', (error) => {
    failure = error;
  });
  return async function* inflate(compressed) {
    await new Promise<void>((resolve) => {
      gunzip.once('close', resolve);
      if (compressed) gunzip.write(compressed, () => resolve());
      else gunzip.end();
    });
    gunzip.removeAllListeners('close');
    const bytes = Buffer.concat(unpacked);
    unpacked = [];
    if (bytes.length > 0) yield bytes;
    if (failure) throw failure;
  };
}
