import { PayloadTooLargeError } from '../kernel/errors.ts';
import type { Incoming } from './incoming.ts';

/** This much beyond the limit is read and thrown away, so that the client hears the refusal. */
const LINGER_BYTES = 16_777_216;

/**
 * Reads a body and keeps none that is over the limit. Bytes are counted as they come:
 * what Content-Length says is used only to refuse sooner.
 * @throws PayloadTooLargeError over the limit
 */
export async function readBody(request: Incoming, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > limitBytes) throw tooLarge(limitBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
    // Leaving the loop ends the connection, whether or not the client was told why.
    if (bytes > limitBytes + LINGER_BYTES) break;
  }
  if (bytes > limitBytes) throw tooLarge(limitBytes);
  return Buffer.concat(chunks);
}

/** The refusal of a body over `limitBytes`; it names the limit. */
export const tooLarge = (limitBytes: number): PayloadTooLargeError =>
  new PayloadTooLargeError(`The request body may have at most ${limitBytes} bytes.`);
