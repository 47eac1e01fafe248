import { hash } from 'node:crypto';

/** SHA-256 of bytes, or of text as UTF-8: 32 bytes. */
export function sha256(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  // A slice of Node's pool: asking for a Buffer costs an allocation outside the heap for each.
  return Buffer.from(hash('sha256', data, 'binary'), 'binary');
}
