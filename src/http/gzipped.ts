import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Incoming } from './incoming.ts';

/** Whether a client takes gzip (RFC 9110, section 12.5.3). */
export const acceptsGzip = ({ headers }: Incoming): boolean =>
  (headers.get('accept-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.replaceAll(/\s/g, ''))
    .some((coding) => /^(x-)?gzip(;q=(?!0(\.0*)?$).*)?$/.test(coding));

/** The bytes compressed as they are asked for; giving up the result gives up the source. */
export async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  const fed = pipeline(source, gzip);
  // Its failure is met below, where the compressed bytes are read.
  fed.catch(() => undefined);
  try {
    yield* gzip;
  } finally {
    gzip.destroy();
    await fed.catch(() => undefined);
  }
}
