import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** The public half of an Ed25519 key. */
export interface PublicKey {
  /** 32 bytes (RFC 8032). */
  readonly publicBytes: Uint8Array;
  readonly publicKey: KeyObject;
}

/** A key that signs checkpoints. */
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject;
}

/** Bytes of a private key's seed and of a public key. */
export const KEY_BYTES = 32;

/** DER of an Ed25519 key (RFC 8410), up to its 32 bytes. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The key of a seed of 32 bytes. */
export function signingKeyOf(seed: Uint8Array): SigningKey {
  const key = Buffer.concat([PRIVATE_PREFIX, seed]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey, publicBytes: der.subarray(PUBLIC_PREFIX.length) };
}

/** The public key with these 32 bytes. */
export function publicKeyOf(publicBytes: Uint8Array): PublicKey {
  const key = Buffer.concat([PUBLIC_PREFIX, publicBytes]);
  return { publicBytes, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) };
}

/** The signature of a text as UTF-8: 64 bytes, always the same. */
export const signWith = ({ privateKey }: SigningKey, text: string): Buffer =>
  sign(null, Buffer.from(text), privateKey);

/** Whether the key made the signature of the text. */
export const verifiesWith = ({ publicKey }: PublicKey, text: string, signature: Uint8Array) =>
  verify(null, Buffer.from(text), publicKey, signature);
