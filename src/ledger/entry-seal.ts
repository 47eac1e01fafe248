import {
  type ActorDisclosure,
  actorCommitment,
  type Commitments,
  type ContentDisclosure,
  contentCommitment,
  SALT_BYTES,
} from './entry-body.ts';
import { HASH_BYTES } from './merkle.ts';
import { sha256 } from './sha-256.ts';

/** The two salts of an entry, each hashed before its part. */
export interface PartSalts {
  readonly actorSalt: Uint8Array;
  readonly contentSalt: Uint8Array;
}

/** What the salt of an entry is hashed behind, so that no other hash of it gives the same; 24 bytes of ASCII. */
const PART_SALTS = Buffer.from('orgtrail salts of parts\n', 'ascii');

/**
 * The salts of an entry's parts: the first and the second half of SHA-256(`orgtrail salts of parts`,
 * a line feed, salt). Neither says anything of the other, nor of what both were made from.
 */
export function partSaltsOf(salt: Uint8Array): PartSalts {
  const prefixed = Buffer.allocUnsafe(PART_SALTS.length + salt.length);
  prefixed.set(PART_SALTS);
  prefixed.set(salt, PART_SALTS.length);
  const both = sha256(prefixed);
  return { actorSalt: both.subarray(0, SALT_BYTES), contentSalt: both.subarray(SALT_BYTES) };
}

/** The columns by which an entry's parts are sealed. */
export interface StoredSeal {
  /** What both salts are worked out from; null in entries that store their own, or lost a part. */
  readonly salt: Uint8Array | null;
  readonly actorSalt: Uint8Array | null;
  readonly contentSalt: Uint8Array | null;
  readonly actorCommitment: Uint8Array | null;
  readonly contentCommitment: Uint8Array | null;
}

/** An entry's columns that its seal is worked out from. */
export interface SealedRow extends StoredSeal, Omit<ActorDisclosure, 'name'>, ContentDisclosure {
  readonly actorName: string | null;
}

/** Their names. */
export const SEALED_COLUMNS = [
  ...(['email', 'actorName', 'ip', 'userAgent', 'requestId', 'details', 'changes'] as const),
  ...(['metadata', 'salt', 'actorSalt', 'contentSalt'] as const),
  ...(['actorCommitment', 'contentCommitment'] as const),
] as const satisfies (keyof SealedRow)[];

/** What an entry's parts are sealed by. */
export interface EntrySeal extends Commitments {
  /** Null once erasure took the part. */
  readonly actorSalt: Uint8Array | null;
  /** Null once erasure took the part. */
  readonly contentSalt: Uint8Array | null;
}

/** In the place of a commitment that nothing is left of: no leaf is of it. */
const NO_COMMITMENT = new Uint8Array(HASH_BYTES);

/** The salts and commitments of a stored entry: those that its row holds, else what it gives. */
export function sealOf(row: SealedRow): EntrySeal {
  const made = row.salt && partSaltsOf(row.salt);
  const actorSalt = row.actorSalt ?? made?.actorSalt ?? null;
  const contentSalt = row.contentSalt ?? made?.contentSalt ?? null;
  return {
    actorSalt,
    contentSalt,
    actorCommitment:
      row.actorCommitment ??
      madeBy(actorSalt, (salt) => actorCommitment({ ...row, name: row.actorName }, salt)),
    contentCommitment:
      row.contentCommitment ?? madeBy(contentSalt, (salt) => contentCommitment(row, salt)),
  };
}

/** Values and salts that cannot have been recorded, such as texts with U+0000, have no commitment either. */
function madeBy(salt: Uint8Array | null, make: (salt: Uint8Array) => Uint8Array): Uint8Array {
  if (salt === null) return NO_COMMITMENT;
  try {
    return make(salt);
  } catch (error) {
    if (error instanceof RangeError) return NO_COMMITMENT;
    throw error;
  }
}
