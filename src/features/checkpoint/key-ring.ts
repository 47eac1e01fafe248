import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  KEY_BYTES,
  type PublicKey,
  publicKeyOf,
  type SigningKey,
  signingKeyOf,
} from './signing-key.ts';

/** The keys of this server, past ones too. */
export interface KeyRing {
  /** Those that sign at an instant, newest first: more than one while a rotation lasts. */
  signingAt(now: Date): readonly SigningKey[];
  /** All that ever signed, newest first. */
  readonly all: readonly PublicKey[];
}

/** The keys that a configuration gives: each seed signs, and the retired ones are listed. */
export function configuredKeys(
  seeds: readonly Uint8Array[],
  retired: readonly Uint8Array[],
): KeyRing {
  const signing = seeds.map(signingKeyOf);
  return { signingAt: () => signing, all: [...signing, ...retired.map(publicKeyOf)] };
}

const KeyFile = z.object({
  keys: z
    .array(
      z.object({
        publicKey: z.base64(),
        /** Absent once retired. */
        seed: z.base64().optional(),
        /** Absent for the newest. */
        retiresAt: z.iso.datetime().optional(),
      }),
    )
    .min(1),
});
type KeyFile = z.infer<typeof KeyFile>;

const fileIn = (folder: string): string => path.join(folder, 'signing-keys.json');

/**
 * The keys in a folder, of which the first is made there (mode 0600) the first time.
 * @throws Error the file is damaged
 */
export function keysIn(folder: string): KeyRing {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(fileIn(folder))) writeFirst(folder);
  const { keys } = readKeys(folder);
  const signing = keys.flatMap(({ seed, retiresAt }) =>
    seed ? [{ key: signingKeyOf(Buffer.from(seed, 'base64')), retiresAt }] : [],
  );
  return {
    signingAt: (now) =>
      signing
        .filter(({ retiresAt }) => !retiresAt || now.toISOString() < retiresAt)
        .map(({ key }) => key),
    all: keys.map(({ publicKey }) => publicKeyOf(Buffer.from(publicKey, 'base64'))),
  };
}

/**
 * Puts a new key before the others; those that sign now go on until `retiresAt`, and the seeds of
 * those retired by `now` are forgotten. Servers take it up at their next start.
 */
export function rotateKeys(folder: string, now: Date, retiresAt: Date): void {
  keysIn(folder);
  const keys = readKeys(folder).keys.map(({ seed, ...key }) => ({
    retiresAt: retiresAt.toISOString(),
    ...key,
    ...(seed && !(key.retiresAt && key.retiresAt <= now.toISOString()) && { seed }),
  }));
  const draft = writeDraft(folder, { keys: [newKey(), ...keys] });
  renameSync(draft, fileIn(folder));
}

function readKeys(folder: string): KeyFile {
  const read = KeyFile.safeParse(parsed(readFileSync(fileIn(folder), 'utf8')));
  if (!read.success) {
    throw new Error(
      `${fileIn(folder)} is damaged: put it back from a backup. Without it, start anew with another key: move the file away.`,
    );
  }
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newKey() {
  const seed = randomBytes(KEY_BYTES);
  const { publicBytes } = signingKeyOf(seed);
  return {
    publicKey: Buffer.from(publicBytes).toString('base64'),
    seed: seed.toString('base64'),
  };
}

/** Written apart and linked whole: two processes starting at once agree on one key. */
function writeFirst(folder: string): void {
  const draft = writeDraft(folder, { keys: [newKey()] });
  try {
    linkSync(draft, fileIn(folder));
  } catch (error) {
    if (!existsSync(fileIn(folder))) throw error;
  } finally {
    rmSync(draft);
  }
}

function writeDraft(folder: string, keys: KeyFile): string {
  const draft = `${fileIn(folder)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  return draft;
}
