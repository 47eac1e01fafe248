import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAuditLogs } from '../../src/features/audit-log/record-audit-logs.ts';
import { deleteOrganization } from '../../src/features/organization/delete-organization.ts';
import { commandLine, temporaryFile } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownedOrganization, storedEntries } from '../support/owned-organization.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

const run = (...words: string[]) => commandLine(fresh.url).run('export', ...words);

const objectsIn = (ndjson: string) =>
  ndjson
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));

test('an export holds every entry once, oldest first, and is recorded', async () => {
  const { id, session } = await ownedOrganization(fresh.database, 'exported');
  for (let call = 0; call < 3; call++) {
    await recordAuditLogs(
      session,
      id,
      Array.from({ length: 83 }, (_, index) => ({
        scope: 'COST' as const,
        action: 'budget.spent',
        details: `call ${call}, number ${index}: \u2028 𝄞`,
        metadata: { index },
        createdAt: new Date(1_700_000_000_000 - call),
      })),
    );
  }
  const { code, stdout, stderr } = await run('--organization', 'exported');
  expect(code).toBe(0);
  expect(stderr).toContain('Exported 250 entries');
  expect(stderr).toMatch(/^entries +250$/m);
  expect(stderr).toMatch(/^up to sequence +250$/m);
  const told = objectsIn(stdout);
  const stored = await storedEntries(fresh.database, id);
  expect(told.slice(0, -1).map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 250 }, (_, i) => i + 1),
  );
  expect(told.at(-1).manifest).toMatchObject({ count: 250, cursor: 250, complete: true });
  expect(told.slice(0, -1).map(({ details }) => details)).toEqual(
    stored.slice(0, 250).map((e) => e.details),
  );
  expect(told[1]).toMatchObject({
    organizationId: id,
    metadata: { index: 0 },
    changes: [],
    actor: { type: 'USER', name: 'Olive Owner' },
    createdAt: '2023-11-14T22:13:20.000Z',
  });
  expect(stored[250]).toMatchObject({
    action: 'auditLog.exported',
    actorType: 'SYSTEM',
    metadata: '{"afterSequence":0,"filter":{},"format":"NDJSON","lastSequence":250}',
  });
});

test('an export to a file appears whole or not at all, readable by its owner only', async () => {
  const { id } = await ownedOrganization(fresh.database, 'to-file');
  const folder = path.dirname(temporaryFile('unused', ''));
  const output = path.join(folder, 'log.ndjson');
  expect(await run('--organization', id, '--output', output)).toMatchObject({
    code: 0,
    stdout: '',
  });
  expect(objectsIn(readFileSync(output, 'utf8'))).toHaveLength(2);
  expect(statSync(output).mode & 0o777).toBe(0o600);
  expect(existsSync(`${output}.partial`)).toBe(false);
});

test('CSV, a filter, a cursor and gzip are asked for by options', async () => {
  const { id, session } = await ownedOrganization(fresh.database, 'options');
  const events = ['a.one', 'a.two', 'b.one'].map((action) => ({ scope: 'COST' as const, action }));
  await recordAuditLogs(session, id, events);
  const csv = await run('--organization', id, '--format', 'csv', '--filter', 'action=a.*');
  expect(csv.stdout.trim().split('\r\n')).toHaveLength(3);
  expect(csv.stdout).toContain(',a.two,');
  const output = path.join(path.dirname(temporaryFile('unused', '')), 'log.ndjson.gz');
  expect(await run('--organization', id, '--cursor', '3', '--output', output)).toMatchObject({
    code: 0,
  });
  const [first, ...others] = objectsIn(gunzipSync(readFileSync(output)).toString());
  expect(first).toMatchObject({ action: 'b.one', sequence: 4 });
  expect(others.at(-1).manifest).toMatchObject({ afterSequence: 3, complete: true });
  const wrong = await run('--organization', id, '--filter', 'incldue=cost');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('did you mean include?');
});

test('an export that could not be written is not recorded', async () => {
  const { id } = await ownedOrganization(fresh.database, 'nowhere');
  const { code, stderr } = await run('--organization', id, '--output', '/no/such/folder/log');
  expect(code).toBe(1);
  expect(stderr).toContain('/no/such/folder/log');
  expect(await storedEntries(fresh.database, id)).toHaveLength(1);
});

test('the log of a purged organization is exported by its id, which its slug still tells', async () => {
  const { id, session } = await ownedOrganization(fresh.database, 'purged');
  await deleteOrganization(session, { organizationId: id, confirmName: 'purged', graceDays: 0 });
  const bySlug = await run('--organization', 'purged');
  expect(bySlug.stderr).toContain(`was purged: its id is ${id}`);
  const { code, stdout } = await run('--organization', id);
  expect(code).toBe(0);
  expect(objectsIn(stdout).map(({ action }) => action)).toContain('organization.purged');
  const events = temporaryFile('late.ndjson', '{"action":"a.b","scope":"cost"}');
  const late = await commandLine(fresh.url).run('import', events, '--organization', id);
  expect(late).toMatchObject({ code: 1, stdout: '' });
  expect(late.stderr).toContain('takes no more');
});
