import { timingSafeEqual } from 'node:crypto';
import type { Driven } from '../database/batch.ts';
import type { RecordedKey } from '../generated/sqlite/client.ts';
import { randomSlice } from '../kernel/random.ts';
import { SALT_BYTES } from './entry-body.ts';
import { sha256 } from './sha-256.ts';

/** What is stored of a key: keys themselves may name people. */
export const keyHashOf = (key: string): Uint8Array<ArrayBuffer> => sha256(key);

/**
 * Whether an event told again under a stored key says the same as the first did. What the first said
 * is not known any more once erasure took the salt: then whatever is told counts as the same.
 */
export const isSameBody = (known: Driven<RecordedKey>, sameness: string): boolean =>
  known.bodySalt.length === 0 ||
  timingSafeEqual(bodyHashOf(known.bodySalt, sameness), known.bodyHash);

/** The row that remembers, for ever, the key of the entry at `sequence` and what it stood for. */
export function recordedKey(
  ledgerId: number,
  key: string,
  sequence: bigint,
  sameness: string,
): RecordedKey {
  const bodySalt = randomSlice(SALT_BYTES);
  const bodyHash = bodyHashOf(bodySalt, sameness);
  return { ledgerId, keyHash: keyHashOf(key), sequence, bodySalt, bodyHash };
}

const bodyHashOf = (salt: Uint8Array, sameness: string): Uint8Array<ArrayBuffer> =>
  sha256(Buffer.concat([salt, Buffer.from(sameness)]));
