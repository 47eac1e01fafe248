import { InvalidInputError, PayloadTooLargeError } from '../kernel/errors.ts';

/** A request's body, and its size on the wire. */
export interface Body {
  readonly text: string;
  readonly bytes: number;
}

/**
 * Reads a body as UTF-8 and stops at the limit. Bytes are counted as they come:
 * what Content-Length says is used only to refuse sooner.
 * @throws PayloadTooLargeError over the limit · InvalidInputError not UTF-8
 */
export async function readBody(request: Request, limitBytes: number): Promise<Body> {
  if (Number(request.headers.get('content-length')) > limitBytes) throw tooLarge(limitBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return { text: decode(chunks), bytes };
}

/** The refusal of a body over `limitBytes`; it names the limit. */
export const tooLarge = (limitBytes: number): PayloadTooLargeError =>
  new PayloadTooLargeError(`The request body may have at most ${limitBytes} bytes.`);

function decode(chunks: Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new InvalidInputError([{ path: [], message: 'The request body is not valid UTF-8.' }]);
  }
}
