import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { exportEvidence } from '../src/features/audit-log/export-evidence.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { packAt } from '../verifier/src/node-pack.mjs';
import { nodeHasher } from '../verifier/src/node-platform.mjs';
import { keyOf } from '../verifier/src/note.mjs';
import { verify } from '../verifier/src/verify.mjs';
import { freshDatabase } from './support/database.ts';
import {
  bytesOf,
  keyOfLog,
  temporaryFolder,
  testSigner,
  unzipped,
} from './support/evidence-pack.ts';
import { ownedOrganization } from './support/owned-organization.ts';
import { realInputs } from './support/real-events.ts';
import { tamperRounds } from './support/tamper-rounds.ts';
import { judged } from './support/verdicts.ts';

const { tamperings } = tamperRounds();
vi.setConfig({ testTimeout: 60_000 + 100 * tamperings });

/** A pack of real events, whole and in its files, and the key that vouches for it. */
async function realPack() {
  const fresh = await freshDatabase();
  const { id, session } = await ownedOrganization(fresh.database, 'bytes');
  await recordAuditLogs(session, id, realInputs(200));
  const signer = testSigner();
  const zip = await bytesOf((await exportEvidence(session, signer, id, {})).parts);
  await fresh.close();
  const files = Object.entries(unzipped(zip)).map(([name, text]) => [name, Buffer.from(text)]);
  return {
    zip,
    files: Object.fromEntries(files) as Record<string, Buffer>,
    vkey: keyOfLog(signer, id),
  };
}

const otherBits = fc.integer({ min: 1, max: 255 });

const changedAt = (bytes: Buffer, at: number, bits: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ bits;
  return changed;
};

test(`one byte changed in any file of a pack of real events, ${tamperings} times in each: told as tampered, by the entry or the file`, async () => {
  const { files, vkey } = await realPack();
  const keys = [{ vkey }];
  expect(await judged(files, { keys })).toMatchObject({ exitCode: 0 });
  for (const [name, bytes] of Object.entries(files)) {
    const anyPlace = fc.nat({ max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(anyPlace, otherBits, async (at, bits) => {
        const changed = { ...files, [name]: changedAt(bytes, at, bits) };
        const { exitCode, firstBadSequence, findings } = await judged(changed, { keys });
        const before = bytes.subarray(0, at).toString('latin1');
        const sequence = name === 'entries.ndjson' ? before.split('\n').length : null;
        expect([exitCode, firstBadSequence]).toEqual([1, sequence]);
        if (sequence === null)
          expect(findings.map(({ message }) => message).join()).toContain(name);
      }),
      { numRuns: tamperings },
    );
  }
});

test(`one byte changed anywhere in the zip of a pack of real events, ${tamperings} times: never sound`, async () => {
  const { zip, vkey } = await realPack();
  const file = path.join(temporaryFolder(), 'pack.zip');
  const trusted = { keys: [keyOf(nodeHasher, vkey)], previous: null, organization: null };
  const exitCodeOf = async (bytes: Buffer): Promise<number> => {
    writeFileSync(file, bytes);
    return (await verify(nodeHasher, () => packAt(file), trusted)).exitCode;
  };
  expect(await exitCodeOf(zip)).toBe(0);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: zip.length - 1 }), otherBits, async (at, bits) => {
      expect(await exitCodeOf(changedAt(zip, at, bits))).toBeGreaterThan(0);
    }),
    { numRuns: tamperings },
  );
});
