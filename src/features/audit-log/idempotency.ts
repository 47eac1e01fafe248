import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Transaction } from '../../database/database.ts';
import type { CheckedEvent } from './record-input.ts';

/** Where a key's first telling stands, and whether another telling is the same. */
export interface KnownKey {
  readonly sequence: bigint;
  isSame(sameness: string): boolean;
}

const sha256 = (...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return Uint8Array.from(digest.digest());
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A key's place in a map of keys; keys themselves are never stored, since they may name people. */
export const keyHashOf = (key: string): string => hex(sha256(key));

/** The keys among these that this log has seen, by hash. Kept for ever. */
export async function knownKeys(
  transaction: Transaction,
  ledgerId: number,
  keyHashes: readonly string[],
): Promise<Map<string, KnownKey>> {
  if (keyHashes.length === 0) return new Map();
  const rows = await transaction.recordedKey.findMany({
    where: {
      ledgerId,
      keyHash: { in: keyHashes.map((hash) => Uint8Array.from(Buffer.from(hash, 'hex'))) },
    },
  });
  return new Map(
    rows.map(({ keyHash, sequence, bodySalt, bodyHash }) => [
      hex(keyHash),
      {
        sequence,
        isSame: (sameness) => timingSafeEqual(sha256(bodySalt, sameness), bodyHash),
      },
    ]),
  );
}

/** Remembers the keys of events that were given these sequences. */
export async function rememberKeys(
  transaction: Transaction,
  ledgerId: number,
  events: readonly { readonly event: CheckedEvent; readonly sequence: bigint }[],
): Promise<void> {
  const data = events.flatMap(({ event: { idempotencyKey, sameness }, sequence }) => {
    if (idempotencyKey === null) return [];
    const bodySalt = Uint8Array.from(randomBytes(16));
    return [
      {
        ledgerId,
        keyHash: sha256(idempotencyKey),
        sequence,
        bodySalt,
        bodyHash: sha256(bodySalt, sameness),
      },
    ];
  });
  if (data.length > 0) await transaction.recordedKey.createMany({ data });
}
