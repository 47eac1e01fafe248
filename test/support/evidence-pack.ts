import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { verifierKey } from '../../src/features/checkpoint/note.ts';
import { openSigner, type Signer } from '../../src/features/checkpoint/signer.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';

const VERIFIER = path.resolve(import.meta.dirname, '../../verifier/orgtrail-verify.mjs');

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-pack-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A signer with a key of its own, whose files are gone after the test. */
export function testSigner(): Signer {
  const folder = temporaryFolder();
  return openSigner({
    ...{ publicUrl: 'https://audit.example.com', dataDir: folder, checkpointDir: folder },
    ...{ signingKeys: [], retiredKeys: [] },
  });
}

/** The verifier key of a log. */
export function keyOfLog({ keys, originOf }: Signer, id: OrganizationId): string {
  const [key] = keys.all;
  if (!key) throw new Error('The signer has no key.');
  return verifierKey(originOf(id), key);
}

/** All bytes of an export. */
export async function bytesOf(parts: AsyncIterable<{ readonly bytes: Uint8Array }>) {
  const all: Uint8Array[] = [];
  for await (const { bytes } of parts) all.push(bytes);
  return Buffer.concat(all);
}

/** Runs the verifier, as a program of its own, on bytes in a file or on a path. */
export function verifierRun(pack: Uint8Array | string, ...words: string[]) {
  let location = pack;
  if (typeof location !== 'string') {
    location = path.join(temporaryFolder(), 'pack.zip');
    writeFileSync(location, pack);
  }
  return ran([process.execPath, VERIFIER, location, ...words]);
}

/** The words before a command that runs it where there is no network; null where that cannot be had. */
export function withoutNetwork(): string[] | null {
  const words = ['/usr/bin/unshare', '--map-root-user', '--net'];
  return ran([...words, process.execPath, '--version']).code === 0 ? words : null;
}

/** The same, run after other words. */
export const verifierRunBy = (before: readonly string[], pack: string, ...words: string[]) =>
  ran([...before, process.execPath, VERIFIER, pack, ...words]);

function ran([command = '', ...words]: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', env: {} });
  return { code: status, stdout, stderr };
}

/** The files of a zip whose sizes stand in its directory, as texts. */
export function unzipped(zip: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  let at = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const start = zip.readUInt32LE(at + 42) + 30 + nameLength;
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    files[name] = inflateRawSync(packed).toString('utf8');
    at += 46 + nameLength;
  }
  return files;
}
