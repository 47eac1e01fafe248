import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startServer, tokenOf } from './support/client.ts';
import { commandLine, temporaryFile } from './support/command-line.ts';
import { verifierRun } from './support/evidence-pack.ts';
import { createOrganization, record } from './support/organizations.ts';

const server = await startServer();
const { as, send } = server;

const exported = async (name: string, parameters: string) =>
  send(
    { headers: { authorization: `Bearer ${await tokenOf(name)}`, 'accept-encoding': 'gzip' } },
    `/api/audit-logs/export?${parameters}`,
  );

const packIn = async (response: Response): Promise<Buffer> =>
  gunzipSync(Buffer.from(await response.arrayBuffer()));

const keyOf = async (name: string): Promise<string> =>
  (await as(name)('{ currentOrganization { auditKeys { verifierKey } } }')).data.currentOrganization
    .auditKeys[0].verifierKey;

test('the export of a server is a pack that the key it publishes verifies', async () => {
  const { id } = await createOrganization(as('auditor'), { name: 'Audited' });
  await record(as('auditor'), id, [
    { scope: 'COST', action: 'budget.spent', email: 'a@b.example' },
  ]);
  const response = await exported('auditor', 'evidence=1');
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="audit-logs-evidence.zip"',
    'x-export-snapshot': '2',
  });
  // A pack itself holds nothing compressed.
  expect(response.headers.get('content-encoding')).toBe('gzip');
  const pack = await packIn(response);
  const words = ['--key', await keyOf('auditor'), '--organization', id];
  expect(verifierRun(pack, ...words)).toMatchObject({ code: 0 });
  const filtered = await exported('auditor', 'evidence=1&include=cost&previousSize=1');
  const selection = await packIn(filtered);
  expect(verifierRun(selection, ...words)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('every entry here is in the log'),
  });
});

test('what a pack does not take is refused by name', async () => {
  await createOrganization(as('careless'), { name: 'Careless' });
  const refusedPath = async (parameters: string) => {
    const response = await exported('careless', parameters);
    return [response.status, (await response.json()).fields?.[0]?.path];
  };
  expect(await refusedPath('evidence=1&format=csv')).toEqual([400, ['format']]);
  expect(await refusedPath('evidence=1&snapshot=1')).toEqual([400, ['snapshot']]);
  expect(await refusedPath('evidence=1&previousSize=99')).toEqual([400, ['previousSize']]);
  expect(await refusedPath('evidence=1&cursor=99')).toEqual([400, ['cursor']]);
  expect(await refusedPath('evidence=2')).toEqual([400, ['evidence']]);
  expect(await refusedPath('previousSize=1')).toEqual([400, ['previousSize']]);
});

test('a client that hangs up ends the pack, and that is on record', async () => {
  const { id } = await createOrganization(as('hasty'), { name: 'Hasty' });
  const events = Array.from({ length: 900 }, (_, n) => ({
    ...{ scope: 'COST', action: 'item.counted', resourceUID: `${n}` },
    metadata: { noise: Array.from({ length: 60 }, () => Math.random()) },
  }));
  await record(as('hasty'), id, events);
  const response = await exported('hasty', 'evidence=1');
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  const ends = async () =>
    (
      await as('hasty')(
        '{ auditLogs(filter: { actions: ["auditLog.exportEnded"] }) { nodes { metadata } } }',
      )
    ).data.auditLogs.nodes;
  await expect
    .poll(ends, { timeout: 10_000 })
    .toMatchObject([
      { metadata: { format: 'EVIDENCE', complete: false, reason: 'The reader went away.' } },
    ]);
});

test('the command line writes a pack with the keys of the same data folder', async () => {
  const { id } = await createOrganization(as('operator'), { name: 'Operated' });
  const { dataDir, publicUrl } = server.config;
  const { run } = commandLine(server.url, { DATA_DIR: dataDir, PUBLIC_URL: publicUrl });
  const output = path.join(path.dirname(temporaryFile('unused', '')), 'pack.zip');
  const words = ['export', '--organization', id, '--evidence', '--output', output];
  expect(await run(...words, '--previous', '1')).toMatchObject({ code: 0, stdout: '' });
  const key = await keyOf('operator');
  expect(verifierRun(readFileSync(output), '--key', key)).toMatchObject({ code: 0 });
  expect(await run(...words, '--format', 'csv')).toMatchObject({ code: 1 });
  const stray = await run('export', '--organization', id, '--previous', '1');
  expect(stray).toMatchObject({ code: 1, stderr: expect.stringContaining('needs --evidence') });
});
