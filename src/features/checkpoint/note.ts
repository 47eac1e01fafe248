import { sha256 } from '../../ledger/sha-256.ts';
import { type PublicKey, type SigningKey, signWith, verifiesWith } from './signing-key.ts';

/** What a log's checkpoint says (C2SP tlog-checkpoint). */
export interface Statement {
  /** Names the log: `<host>/<organization id>`. */
  readonly origin: string;
  /** How many entries the log has. */
  readonly size: number;
  /** Root over their leaves, 32 bytes. */
  readonly root: Uint8Array;
}

/** The checkpoint as a signed note (C2SP signed-note), with a signature by each key. */
export const signedNote = ({ origin, size, root }: Statement, keys: readonly SigningKey[]) =>
  signedText(origin, `${origin}\n${size}\n${base64(root)}\n`, keys);

/** A text, ended by a line feed, as a note that the keys of a log have signed. */
export function signedText(origin: string, text: string, keys: readonly SigningKey[]): string {
  const signatures = keys.map((key) => {
    const bytes = [keyHash(origin, key), signWith(key, text)];
    return `— ${origin} ${base64(Buffer.concat(bytes))}\n`;
  });
  return `${text}\n${signatures.join('')}`;
}

/** A note that was taken apart; its signatures are still to be checked. */
export interface ReadNote extends Statement {
  /** What was signed. */
  readonly text: string;
  readonly signatures: readonly { readonly keyHash: string; readonly signature: Uint8Array }[];
}

const NOTE =
  /^(([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— \S+ [A-Za-z0-9+/=]+\n)+)$/;

/** Takes a checkpoint apart that this server could have signed; null for any other text. */
export function readNote(note: string): ReadNote | null {
  const [, text, origin, size, root, lines] = NOTE.exec(note) ?? [];
  if (!text || !origin || !size || !root || !lines) return null;
  const signatures = lines
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line.split(' ')[2] ?? '', 'base64'))
    .map((bytes) => ({
      keyHash: bytes.subarray(0, 4).toString('hex'),
      signature: bytes.subarray(4),
    }));
  return { text, origin, size: Number(size), root: Buffer.from(root, 'base64'), signatures };
}

/** Whether the key has signed the note. */
export const isSignedBy = ({ origin, text, signatures }: ReadNote, key: PublicKey): boolean =>
  signatures.some(
    ({ keyHash: hash, signature }) =>
      hash === keyHash(origin, key).toString('hex') && verifiesWith(key, text, signature),
  );

/** The key as verifiers take it: `<name>+<key hash>+<key>` (C2SP signed-note). */
export const verifierKey = (origin: string, key: PublicKey): string =>
  `${origin}+${keyHash(origin, key).toString('hex')}+${base64(typed(key))}`;

/** Marks an Ed25519 key. */
const ED25519 = 1;

const typed = ({ publicBytes }: PublicKey): Buffer =>
  Buffer.concat([Buffer.of(ED25519), publicBytes]);

const keyHash = (origin: string, key: PublicKey): Buffer =>
  Buffer.from(sha256(Buffer.concat([Buffer.from(`${origin}\n`), typed(key)])).subarray(0, 4));

/** RFC 4648, section 4, as C2SP writes hashes and signatures. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
