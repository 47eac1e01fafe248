import { expect, test } from 'vitest';
import { exportEvidence } from '../src/features/audit-log/export-evidence.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { pruneDue } from '../src/features/retention/prune-due.ts';
import { DAY_MS } from '../src/kernel/clock.ts';
import { openSystemSession } from '../src/ledger/session.ts';
import { freshDatabase } from './support/database.ts';
import { bytesOf, keyOfLog, testSigner, verifierRun } from './support/evidence-pack.ts';
import { ownedOrganization, storedEntries } from './support/owned-organization.ts';
import { realInputs } from './support/real-events.ts';

test('a log of real events that runs of retention shortened is a pack that verifies', async () => {
  const fresh = await freshDatabase();
  const { id, session } = await ownedOrganization(fresh.database, 'shortened');
  await recordAuditLogs(session, id, realInputs(200));
  const recorded = (await storedEntries(fresh.database, id)).length;
  await fresh.database.write((transaction) =>
    transaction.organization.update({ where: { id }, data: { retentionDays: 1 } }),
  );
  const later = () => new Date(Date.now() + 2 * DAY_MS);
  const retention = openSystemSession(fresh.database, later, 'orgtrail retention');
  expect(await pruneDue(retention, { stepSize: 7, restFactor: 0 })).toBe(1);
  const kept = (await storedEntries(fresh.database, id)).length;
  expect(kept).toBeLessThan(recorded);
  const signer = testSigner();
  const words = ['--key', keyOfLog(signer, id), '--organization', id];
  const whole = await bytesOf((await exportEvidence(session, signer, id, {})).parts);
  const { code, stdout } = verifierRun(whole, ...words);
  expect(stdout).toContain('SOUND');
  expect(stdout).toContain('were removed by retention, only their leaves are here');
  expect(code).toBe(0);
  await fresh.close();
});
