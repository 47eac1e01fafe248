import { createHash, randomBytes } from 'node:crypto';

const RANDOM_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A new secret for an invitation's link: 256 random bits. */
export const newToken = (): string => randomBytes(RANDOM_BYTES).toString('base64url');

/** Whether a text has the form of a token; asks no database. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** The only form in which a token is stored: its SHA-256. */
export const tokenHash = (token: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createHash('sha256').update(token).digest());
