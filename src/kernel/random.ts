import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8_192;

let pool = new Uint8Array(0);
let used = 0;

/** Random bytes of the cryptographic generator, drawn many at a time: one asking costs as much as 8 KiB. */
export function randomSlice(length: number): Uint8Array<ArrayBuffer> {
  if (used + length > pool.length) {
    // A new pool, never the old one filled again: slices of it are still held.
    pool = randomFillSync(new Uint8Array(Math.max(POOL_BYTES, length)));
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
