import { createGunzip } from 'node:zlib';

/** What an error in compressed bytes can take with it of the good text before it. */
const INFLATED_BYTES = 1024;
/** Compressed bytes that are unpacked at once: even made to swell a thousandfold they stay within memory. */
const PIECE_BYTES = 8 * 1024;

/**
 * The bytes of a gzip stream, unpacked; memory is bounded.
 * @throws Error its gzip is broken or cut off, after every byte before the fault
 */
export async function* inflated(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = startInflating();
  for await (const chunk of compressed) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      yield* inflate(chunk.subarray(at, at + PIECE_BYTES));
    }
  }
  yield* inflate(null);
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
