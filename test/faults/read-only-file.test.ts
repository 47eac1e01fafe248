import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { sqliteFile } from '../../src/database/database-url.ts';
import { ask } from '../support/asking.ts';
import { tokenOf } from '../support/client.ts';
import { emptyPlace } from '../support/database.ts';
import { examined } from '../support/examined.ts';
import { serveProcess } from '../support/served-process.ts';

const CREATE =
  'mutation { createOrganization(input: { name: "Kept" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
const RECORD =
  'mutation($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { ... on RecordAuditLogsSuccess { recordedCount duplicateCount } } }';
const COUNT = 'query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }';

/** Immutable files refuse root too, on connections that are open already; modes do neither. */
const setImmutable = (isImmutable: boolean, files: readonly string[]): void =>
  void execFileSync('chattr', [isImmutable ? '+i' : '-i', ...files], { stdio: 'ignore' });

/** Whether this machine and its file system let us: on Linux, as root, on ext4, XFS or Btrfs. */
function canBeImmutable(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'orgtrail-immutable-'));
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  try {
    setImmutable(true, [file]);
    setImmutable(false, [file]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.runIf(inject('provider') === 'sqlite')(
  'a file that takes no writes refuses changes as UNAVAILABLE, still answers reads, and goes on by itself when it does again',
  { timeout: 90_000 },
  async ({ skip }) => {
    skip(!canBeImmutable(), 'no file can be made immutable here: that takes root and chattr');
    const place = await emptyPlace();
    const { child, exited, port } = await serveProcess(place.url);
    const token = await tokenOf('ada');
    const made = await ask(port, token, { query: CREATE });
    const id: string = made?.body.data.createOrganization.organization.id;
    const post = (idempotencyKey: string) => {
      const event = { scope: 'COST', action: 'a.b', idempotencyKey };
      const variables = { input: { organizationId: id, events: [event] } };
      return fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: RECORD, variables }),
      });
    };
    const recorded = async (key: string) => (await (await post(key)).json()).data?.recordAuditLogs;
    const counted = async () =>
      (await ask(port, token, { query: COUNT, variables: { id } }))?.body.data.auditLogs.totalCount;

    expect(await recorded('before')).toEqual({ recordedCount: 1, duplicateCount: 0 });
    const files = ['', '-wal'].map((end) => `${sqliteFile(place.url)}${end}`);
    try {
      setImmutable(true, files);
      for (const key of ['one', 'two', 'one']) {
        const refused = await post(key);
        expect(refused.status).toBe(503);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        expect((await refused.json()).errors[0].extensions.code).toBe('UNAVAILABLE');
      }
      expect(await counted()).toBe(2);
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    } finally {
      setImmutable(false, files);
    }
    for (const key of ['one', 'two']) {
      expect(await recorded(key)).toEqual({ recordedCount: 1, duplicateCount: 0 });
    }
    expect(await recorded('before')).toEqual({ recordedCount: 0, duplicateCount: 1 });
    expect(await counted()).toBe(4);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    const { code } = await examined(place.url);
    expect(code).toBe(0);
    await place.remove();
  },
);
