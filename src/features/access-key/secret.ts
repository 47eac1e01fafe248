import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** How every secret begins, so that people and scanners know one when they see it. */
export const SECRET_PREFIX = 'otk_';

const RANDOM_BYTES = 24;
const SECRET = /^otk_([A-Za-z0-9_-]{32})([0-9a-f]{8})$/;
const SHOWN_CHARACTERS = SECRET_PREFIX.length + 6;

/** A new secret: the prefix, 192 random bits, and a CRC-32 by which a typo is told from a guess. */
export function newSecret(): string {
  const random = randomBytes(RANDOM_BYTES).toString('base64url');
  return `${SECRET_PREFIX}${random}${checksum(random)}`;
}

/** Whether a text has the form and the checksum of a secret; asks no database. */
export function isSecret(text: string): boolean {
  const [, random, check] = SECRET.exec(text) ?? [];
  return random !== undefined && checksum(random) === check;
}

/** The only form in which a secret is stored: its SHA-256. */
export const secretHash = (secret: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createHash('sha256').update(secret).digest());

/** The first characters of a secret, shown to recognise it by. */
export const shownPrefix = (secret: string): string => secret.slice(0, SHOWN_CHARACTERS);

const checksum = (random: string): string => crc32(random).toString(16).padStart(8, '0');
