import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { listen } from '../src/http/listen.ts';
import { type Data, startServer, tokenOf } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';

const server = await startServer();
const { as, query, send } = server;

const exported = async (name: string, parameters = '', headers: Record<string, string> = {}) =>
  send(
    { headers: { authorization: `Bearer ${await tokenOf(name)}`, ...headers } },
    `/api/audit-logs/export?${parameters}`,
  );

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An organization with `count` events more than its founding. */
async function organizationWith(name: string, count: number): Promise<string> {
  const { id } = await createOrganization(as(name), { name });
  const events = Array.from({ length: count }, (_, n) => ({
    scope: n % 2 === 0 ? 'COST' : 'SCHEDULING',
    action: 'item.counted',
    resourceUID: `${n}`,
  }));
  if (count > 0) expect((await record(as(name), id, events)).recordedCount).toBe(count);
  return id;
}

test('NDJSON has every entry once, oldest first, and ends with a manifest that fits the bytes', async () => {
  const id = await organizationWith('many', 450);
  const response = await exported('many');
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  const text = await response.text();
  const lines = linesOf(text);
  const entries = lines.slice(0, -1).map((line) => JSON.parse(line));
  expect(entries.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 451 }, (_, i) => i + 1),
  );
  const { manifest } = JSON.parse(lines.at(-1) ?? '');
  expect(manifest).toEqual({
    ...{ exportId: response.headers.get('x-export-id'), organizationId: id, format: 'NDJSON' },
    ...{ filter: {}, snapshotSequence: 451, afterSequence: 0, cursor: 451, count: 451 },
    ...{ sha256: sha256(text.slice(0, text.lastIndexOf('{"manifest"'))), complete: true },
    reason: null,
  });
  const recorded = (
    await as('many')(
      `{ auditLogs(filter: { actions: ["auditLog.*"] }, orderBy: { field: SEQUENCE, direction: ASC }) { nodes { action resourceUID metadata actor { type } } } }`,
    )
  ).data.auditLogs.nodes;
  expect(recorded).toMatchObject([
    {
      action: 'auditLog.exported',
      resourceUID: manifest.exportId,
      metadata: { format: 'NDJSON', lastSequence: 451 },
      actor: { type: 'USER' },
    },
    { action: 'auditLog.exportEnded', resourceUID: manifest.exportId, metadata: manifest },
  ]);
});

test('CSV has every column, and its manifest is found by the link that comes with it', async () => {
  await organizationWith('table', 3);
  const response = await exported('table', 'format=csv');
  const text = await response.text();
  const rows = parse(text, { columns: true }) as Data[];
  expect(rows.map(({ sequence }) => sequence)).toEqual(['1', '2', '3', '4']);
  expect(rows[1]).toMatchObject({
    ...{ action: 'item.counted', scope: 'COST', resourceUID: '0', actorName: 'table' },
    ...{ email: 'table@example.com', changes: '[]', metadata: '{}' },
    createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
  });
  const entryFields = Object.keys(
    JSON.parse(linesOf(await (await exported('table')).text())[0] ?? ''),
  );
  const flat = entryFields.flatMap((field) =>
    field === 'actor' ? ['actorType', 'actorId', 'actorName'] : [field],
  );
  expect(Object.keys(rows[0]).sort()).toEqual(flat.sort());
  const [, link = ''] = /<([^>]+)>/.exec(response.headers.get('link') ?? '') ?? [];
  const found = await send(
    { headers: { authorization: `Bearer ${await tokenOf('table')}` } },
    link,
  );
  const { data } = (await found.json()) as Data;
  expect(data).toHaveLength(1);
  expect(data[0].metadata).toMatchObject({ sha256: sha256(text), count: 4, complete: true });
});

test('a cell of CSV that a spreadsheet would run has an apostrophe before it; line breaks are quoted', async () => {
  const { id } = await createOrganization(as('sheet'), { name: 'Sheet' });
  const details = ['=1+1', '+1', '-1', '@x', '\tx', 'a\rb', 'a\nb', 'a"b', 'a,b', '', ' x'];
  await record(
    as('sheet'),
    id,
    details.map((text) => ({ scope: 'COST', action: 'a.b', details: text })),
  );
  const text = await (await exported('sheet', 'format=csv&action=a.b')).text();
  const cells = (parse(text, { columns: true }) as Data[]).map((row) => row.details);
  expect(cells).toEqual(details.map((cell) => (/^[=+\-@\t]/.test(cell) ? `'${cell}` : cell)));
  for (const cell of ['"a\rb"', '"a\nb"', '"a""b"', '"a,b"']) expect(text).toContain(cell);
});

test('the filters are those of the log, and the manifest names them', async () => {
  await organizationWith('filtering', 10);
  const text = await (await exported('filtering', 'include=cost&action=item.*')).text();
  const told = linesOf(text).map((line) => JSON.parse(line));
  expect(told.slice(0, -1).map(({ resourceUID }) => resourceUID)).toEqual([
    '0',
    '2',
    '4',
    '6',
    '8',
  ]);
  expect(told.at(-1).manifest).toMatchObject({
    ...{ count: 5, cursor: 11, complete: true },
    filter: { scopes: ['COST'], actions: ['item.*'] },
  });
});

test('gzip is sent to those who take it, and holds the same bytes', async () => {
  await organizationWith('zipped', 20);
  const plain = await exported('zipped', 'snapshot=21&action=item.*');
  expect(plain.headers.get('content-encoding')).toBeNull();
  const zipped = await exported('zipped', 'snapshot=21&action=item.*', {
    'accept-encoding': 'br, gzip;q=0.8',
  });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  const bytes = gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString();
  const entries = (text: string) => text.slice(0, text.lastIndexOf('{"manifest"'));
  expect(entries(bytes)).toBe(entries(await plain.text()));
  const refused = await exported('zipped', '', { 'accept-encoding': 'gzip;q=0' });
  expect(refused.headers.get('content-encoding')).toBeNull();
  await refused.text();
});

test.each([
  'action=free.*',
  'action=free.*&email=bob@company.com',
  'action=free.*&include=cost',
  'action=free.*&notAction=item.*',
])('an export of what nothing matches (%s) is its manifest alone', async (parameters) => {
  const name = `nothing-${sha256(parameters).slice(0, 8)}`;
  await organizationWith(name, 3);
  const response = await exported(name, parameters);
  expect(response.status).toBe(200);
  const [manifest, ...more] = linesOf(await response.text()).map((line) => JSON.parse(line));
  expect(more).toEqual([]);
  expect(manifest.manifest).toMatchObject({ count: 0, complete: true });
});

test('an export goes on where another ended, in the same snapshot', async () => {
  const id = await organizationWith('resumed', 500);
  const whole = linesOf(await (await exported('resumed')).text()).slice(0, -1);
  await record(as('resumed'), id, [{ scope: 'COST', action: 'late.event' }]);
  const rest = linesOf(await (await exported('resumed', 'cursor=300&snapshot=501')).text());
  expect([...whole.slice(0, 300), ...rest.slice(0, -1)]).toEqual(whole);
  const newer = linesOf(await (await exported('resumed', 'cursor=501')).text());
  const actions = newer.slice(0, -1).map((line) => JSON.parse(line).action);
  expect(actions.filter((action) => !action.startsWith('auditLog.'))).toEqual(['late.event']);
  const beyond = await exported('resumed', 'cursor=100000');
  expect([beyond.status, ((await beyond.json()) as Data).code]).toEqual([400, 'BAD_USER_INPUT']);
});

test('what is recorded while an export runs is not part of it', async () => {
  const id = await organizationWith('snapshot', 900);
  const response = await exported('snapshot');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await record(as('snapshot'), id, [{ scope: 'COST', action: 'late.event' }]);
  let text = Buffer.from(first?.value ?? []).toString();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    text += Buffer.from(part.value).toString();
  }
  const lines = linesOf(text);
  expect(lines).toHaveLength(902);
  expect(text).not.toContain('late.event');
});

test('members without the permission and keys without it are refused, and that is on record', async () => {
  const id = await organizationWith('guarded', 0);
  await addMember(query, as, id, 'guarded-member', 'MEMBER');
  expect((await exported('guarded-member')).status).toBe(403);
  const bare = await createKey(as('guarded'), id, { permissions: ['auditLog:read'] });
  const byKey = (secret: string) =>
    send({ headers: { authorization: `Bearer ${secret}` } }, '/api/audit-logs/export');
  expect((await byKey(bare.secret)).status).toBe(403);
  const key = await createKey(as('guarded'), id, { permissions: ['auditLog:export'] });
  const allowed = await byKey(key.secret);
  expect([allowed.status, linesOf(await allowed.text()).length]).toEqual([200, 6]);
  // A cursor beyond the end is told the end, though not to everybody.
  for (const asked of ['', 'cursor=99', 'evidence=1', 'evidence=1&cursor=99']) {
    const stranger = await exported('many', asked, { 'x-organization-id': id });
    expect([asked, stranger.status]).toEqual([asked, 404]);
  }
  const denied = (await logOf(as('guarded'), id)).filter(
    ({ action }) => action === 'access.denied',
  );
  expect(denied.map(({ metadata }: Data) => metadata.permission)).toEqual([
    'auditLog:export',
    'auditLog:export',
  ]);
});

test('who loses the permission in the middle gets no more, and the manifest says why', async () => {
  const id = await organizationWith('losing', 1);
  const batch = Array.from({ length: 1_000 }, () => ({ scope: 'COST', action: 'a.b' }));
  for (let n = 0; n < 11; n += 1) await record(as('losing'), id, batch);
  await addMember(query, as, id, 'losing-auditor', 'AUDITOR');
  const response = await exported('losing-auditor', '', { 'x-organization-id': id });
  const reader = response.body?.getReader();
  await reader?.read();
  await query('DELETE FROM "Membership" WHERE "organizationId" = $1 AND "role" = $2', [
    id,
    'AUDITOR',
  ]);
  let text = '';
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    text += Buffer.from(part.value).toString();
  }
  const { manifest } = JSON.parse(linesOf(text).at(-1) ?? '');
  expect(manifest).toMatchObject({ complete: false, cursor: 9_800, count: 9_800 });
  expect(manifest.reason).toContain('does not exist, or is not yours');
});

/** The entry that says how the last export of an organization ended, once it is there. */
async function endOf(name: string): Promise<Data> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { data } = await as(name)(
      '{ auditLogs(filter: { actions: ["auditLog.exportEnded"] }, first: 1) { nodes { metadata } } }',
    );
    const [entry] = data.auditLogs.nodes;
    if (entry) return entry.metadata;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The end of the export was not recorded.');
}

test.each(['gzip', 'identity'])(
  'a client that hangs up ends the export at once, and that is on record (%s)',
  async (coding) => {
    const name = `hanging-${coding}`;
    const id = await organizationWith(name, 1);
    const filler = Array.from({ length: 200 }, (_, n) => ({
      ...{ scope: 'COST', action: 'a.b' },
      details: createHash('sha512').update(`${n}`).digest('hex').repeat(60),
    }));
    for (let n = 0; n < 10; n += 1) await record(as(name), id, filler);
    const listener = await listen(server.server, { port: 0, host: '127.0.0.1' });
    const headers = { authorization: `Bearer ${await tokenOf(name)}`, 'accept-encoding': coding };
    await new Promise<void>((resolve, reject) => {
      const request = get(
        { host: '127.0.0.1', port: listener.port, path: '/api/audit-logs/export', headers },
        (response) => {
          response.once('data', () => {
            request.destroy();
            resolve();
          });
          response.on('error', () => undefined);
        },
      );
      request.on('error', reject);
    });
    const end = await endOf(name);
    expect(end).toMatchObject({ complete: false, reason: 'The reader went away.' });
    expect(end.cursor).toBeLessThan(2_002);
  },
);

test('a server that stops ends its exports where they are, and the manifest says so', async () => {
  const other = await startServer();
  const ada = other.as('ada');
  const { id } = await createOrganization(ada, { name: 'Stopping' });
  const batch = Array.from({ length: 1_000 }, () => ({ scope: 'COST', action: 'a.b' }));
  await record(ada, id, batch);
  const response = await other.send(
    { headers: { authorization: `Bearer ${await tokenOf('ada')}` } },
    '/api/audit-logs/export',
  );
  const reader = response.body?.getReader();
  await reader?.read();
  const closed = other.server.close();
  let text = '';
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    text += Buffer.from(part.value).toString();
  }
  await closed;
  const { manifest } = JSON.parse(linesOf(text).at(-1) ?? '');
  expect(manifest).toMatchObject({ complete: false, reason: 'The server is stopping.' });
  expect(manifest.cursor).toBeLessThan(1_001);
});

test('a server that stops does not wait for a reader that takes nothing', async () => {
  const other = await startServer();
  const { id } = await createOrganization(other.as('ada'), { name: 'Stalled' });
  const batch = Array.from({ length: 1_000 }, () => ({ scope: 'COST', action: 'a.b' }));
  await record(other.as('ada'), id, batch);
  await other.send(
    { headers: { authorization: `Bearer ${await tokenOf('ada')}` } },
    '/api/audit-logs/export',
  );
  await other.server.close();
  const ends = await other.query<Data>(
    'SELECT "metadata" FROM "AuditLog" WHERE "action" = \'auditLog.exportEnded\'',
  );
  expect(ends.map(({ metadata }) => JSON.parse(metadata).complete)).toEqual([false]);
});
