import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ExportEvidenceInput,
  exportEvidence,
} from '../src/features/audit-log/export-evidence.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { readValue } from '../src/features/audit-log/record-line.ts';
import { checkpointFor } from '../src/features/checkpoint/checkpoint.ts';
import { eraseSubject } from '../src/features/erasure/erase-subject.ts';
import { InvalidInputError, NotFoundError } from '../src/kernel/errors.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { sealOf } from '../src/ledger/entry-seal.ts';
import type { Session } from '../src/ledger/session.ts';
import { temporaryFile } from './support/command-line.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { bytesOf, keyOfLog, testSigner, unzipped, verifierRun } from './support/evidence-pack.ts';
import { ownedOrganization, personSession, storedEntries } from './support/owned-organization.ts';
import { judged } from './support/verdicts.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

/** Real events of many products, as they were found. */
const EVENTS = readFileSync(
  path.resolve(import.meta.dirname, 'fixtures/events-excerpt.ndjson'),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => {
    const event = readValue(JSON.parse(line), { defaultScope: 'PLATFORM', keyByContent: true });
    if ('problem' in event) throw new Error(event.problem);
    return event.event;
  });

async function realLog(slug: string) {
  const { id, session } = await ownedOrganization(fresh.database, slug);
  await recordAuditLogs(session, id, EVENTS);
  const stored = await storedEntries(fresh.database, id);
  return { id, session, count: stored.length };
}

const evidence = async (
  session: Session,
  signer: ReturnType<typeof testSigner>,
  id: OrganizationId,
  input: ExportEvidenceInput = {},
) => bytesOf((await exportEvidence(session, signer, id, input)).parts);

test('a pack of real events is sound, and the log tells that it was made', async () => {
  const { id, session, count } = await realLog('real');
  expect(count).toBeGreaterThan(60);
  const signer = testSigner();
  const pack = await evidence(session, signer, id);
  const { code, stdout } = verifierRun(pack, '--key', keyOfLog(signer, id), '--organization', id);
  expect(stdout).toContain('SOUND: this is the whole log');
  expect(stdout).toContain(`Entries: ${count}\n`);
  expect(code).toBe(0);
  const recorded = (await storedEntries(fresh.database, id)).slice(-2);
  expect(recorded.map(({ action }) => action)).toEqual([
    'auditLog.exported',
    'auditLog.exportEnded',
  ]);
  const [begun, ended] = recorded.map(({ metadata }) => JSON.parse(metadata));
  expect(begun).toMatchObject({ format: 'EVIDENCE', lastSequence: count });
  expect(ended).toMatchObject({ count, complete: true, reason: null });
});

test('without a key nobody vouches for it, and with another key neither', async () => {
  const { id, session } = await realLog('unvouched');
  const signer = testSigner();
  const pack = await evidence(session, signer, id);
  expect(verifierRun(pack)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('was not checked'),
  });
  expect(verifierRun(pack, '--key', keyOfLog(testSigner(), id))).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('none of the keys given signed'),
  });
});

test('a pack of some entries proves each of them and holds nothing of the others', async () => {
  const { id, session } = await realLog('some');
  const signer = testSigner();
  const uid = EVENTS.find(({ resourceUID }) => resourceUID)?.resourceUID ?? '';
  const filter = { resourceUIDs: [uid] };
  const pack = await evidence(session, signer, id, { filter });
  const { code, stdout } = verifierRun(pack, '--key', keyOfLog(signer, id));
  expect(stdout).toContain('SOUND: every entry here is in the log');
  expect(stdout).toContain('That no other entry of the log matches the filter is not proved');
  expect(code).toBe(0);
  const files = unzipped(pack);
  const text = `${files['entries.ndjson']}${files['entries.csv']}`;
  const stored = await storedEntries(fresh.database, id);
  const others = stored.filter(({ resourceUID }) => resourceUID !== uid);
  expect(others.length).toBeGreaterThan(40);
  for (const entry of others) {
    const { actorSalt, contentSalt, contentCommitment } = sealOf(entry);
    for (const bytes of [entry.salt, actorSalt, contentSalt, contentCommitment]) {
      expect(bytes?.length).toBeGreaterThan(15);
      expect(text).not.toContain(Buffer.from(bytes ?? '').toString('hex'));
    }
  }
  const own = stored.filter(({ resourceUID }) => resourceUID === uid);
  expect(files['entries.ndjson']?.trimEnd().split('\n')).toHaveLength(own.length);
});

test('an earlier checkpoint is shown to be the beginning of a whole log, and of some entries', async () => {
  const { id, session } = await realLog('grown');
  const signer = testSigner();
  const { note, size } = await checkpointFor(session, signer, id);
  const previous = temporaryFile('checkpoint.txt', note);
  await recordAuditLogs(session, id, [{ scope: 'COST', action: 'budget.spent' }]);
  const words = ['--key', keyOfLog(signer, id), '--previous', previous];
  expect(verifierRun(await evidence(session, signer, id), ...words)).toMatchObject({ code: 0 });
  const filter = { actions: ['budget.*'] };
  const without = await evidence(session, signer, id, { filter });
  expect(verifierRun(without, ...words)).toMatchObject({
    code: 2,
    stdout: expect.stringContaining(`name ${size} as the previous size`),
  });
  const proved = await evidence(session, signer, id, { filter, previousSize: size });
  expect(verifierRun(proved, ...words)).toMatchObject({ code: 0 });
  const beyond = exportEvidence(session, signer, id, { previousSize: 10_000 });
  await expect(beyond).rejects.toThrow(InvalidInputError);
});

test('a changed byte in any file of a pack is found, and its entry named', async () => {
  const { id, session } = await realLog('flipped');
  const signer = testSigner();
  const files = unzipped(await evidence(session, signer, id));
  const keys = [{ vkey: keyOfLog(signer, id) }];
  const verdictWith = async (name: string, at: number) => {
    const changed = Buffer.from(files[name] ?? '');
    changed[at] = (changed[at] ?? 0) ^ 1;
    return judged({ ...files, [name]: changed }, { keys });
  };
  expect(await judged(files, { keys })).toMatchObject({ exitCode: 0, findings: [] });
  const entries = Buffer.from(files['entries.ndjson'] ?? '');
  const ends = [...entries.entries()].flatMap(([at, byte]) => (byte === 10 ? [at] : []));
  for (let at = 3; at < entries.length; at += 997) {
    const sequence = ends.filter((end) => end < at).length + 1;
    const { exitCode, firstBadSequence } = await verdictWith('entries.ndjson', at);
    expect([at, exitCode, firstBadSequence]).toEqual([at, 1, sequence]);
  }
  const others = Object.keys(files).filter((name) => name !== 'entries.ndjson');
  expect(others).toHaveLength(8);
  for (const name of others) {
    const { exitCode } = await verdictWith(name, (files[name]?.length ?? 0) >> 1);
    expect([name, exitCode]).not.toEqual([name, 0]);
  }
});

test('who may not export gets no pack', async () => {
  const { id } = await realLog('closed');
  const stranger = await personSession(fresh.database, 'stranger@example.com', null);
  const refused = exportEvidence(stranger, testSigner(), id, {});
  await expect(refused).rejects.toThrow(NotFoundError);
});

test('after a person was erased a pack holds nothing of them, and is sound', async () => {
  const { id, session } = await realLog('forgotten');
  const email = 'ada.forgotten@example.com';
  await recordAuditLogs(session, id, [
    { scope: 'COST', action: 'a.b', email, ip: '2001:db8::77' },
    { scope: 'COST', action: 'a.b', resourceUID: `users/${email}`, details: 'kept' },
    { scope: 'COST', action: 'a.b', details: `about ${email}` },
  ]);
  const signer = testSigner();
  const before = await checkpointFor(session, signer, id);
  await eraseSubject(session, { organizationId: id, email, confirmEmail: email });
  const pack = await evidence(session, signer, id);
  const previous = temporaryFile('checkpoint.txt', before.note);
  const words = ['--key', keyOfLog(signer, id), '--previous', previous, '--json'];
  const { code, stdout } = verifierRun(pack, ...words);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).facts).toMatchObject({ withoutBody: 1 });
  const text = Object.values(unzipped(pack)).join('');
  expect(text).not.toContain('forgotten@');
});
