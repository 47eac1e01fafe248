import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { OPENAPI } from '../src/rest/openapi.ts';
import { type Data, startServer, tokenOf } from './support/client.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';

const { as, query, send } = await startServer();

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(OPENAPI, 'openapi');

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Data;
}

/** The schema that the description gives for an answer. */
function describedBy(method: string, path: string, status: number): string {
  const operation = (OPENAPI.paths as Data)[path]?.[method.toLowerCase()];
  expect(operation, `${method} ${path} is described`).toBeDefined();
  const described = operation.responses[status] ? String(status) : 'default';
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  const pointer = ['paths', path, method.toLowerCase(), 'responses', described, 'content', type];
  const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('/', '~1')));
  return `openapi#/${escaped.join('/')}/schema`;
}

/** Asks as a person; every answer is held against the description. */
async function ask(name: string, address: string, asked: Asked = {}): Promise<Told> {
  const { method = 'GET', body, headers = {} } = asked;
  const response = await send(
    {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf(name)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
    address,
  );
  const told = await response.json();
  if (response.status !== 405) {
    const [path = ''] = address.split('?');
    const validate = ajv.getSchema(describedBy(method, path, response.status));
    expect(validate, `${method} ${path} ${response.status} has a schema`).toBeDefined();
    validate?.(told);
    expect(validate?.errors ?? []).toEqual([]);
  }
  return { status: response.status, headers: response.headers, body: told };
}

test('the curl calls of the documentation work as they stand', async () => {
  const made = await ask('founder', '/api/organisations', {
    method: 'POST',
    body: '{\n  "name": "Acme Corp"\n}',
  });
  expect(made.status).toBe(201);
  expect(made.body.data).toMatchObject({
    id: expect.stringMatching(/^org_/),
    name: 'Acme Corp',
    createdBy: 'founder@example.com',
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: made.body.data.createdAt,
  });
  const page = await ask('founder', '/api/audit-logs?page=1&limit=10');
  expect(page.body.pagination).toMatchObject({ page: 1, limit: 10, total: 1 });
  expect(page.body.data[0]).toMatchObject({
    id: expect.stringMatching(/^log_/),
    action: 'organization.created',
    email: 'founder@example.com',
    resourceUID: made.body.data.id,
    details: "Created organization 'Acme Corp'",
  });
  const filtered = await ask(
    'founder',
    '/api/audit-logs?action=schedule.created&email=admin@company.com&include=cost,scheduling&page=1&limit=50',
  );
  expect(filtered.body).toEqual({
    data: [],
    pagination: { page: 1, limit: 50, total: 0, totalIsCapped: false, next: null },
  });
});

test('organizations are listed in pages, numbered or by cursor', async () => {
  for (let n = 1; n <= 5; n += 1) await createOrganization(as('lister'), { name: `Org ${n}` });
  const names = ({ body }: Told) => body.data.map(({ name }: Data) => name);
  const first = await ask('lister', '/api/organisations?limit=2');
  expect(names(first)).toEqual(['Org 1', 'Org 2']);
  expect(first.body.pagination).toMatchObject({ page: 1, limit: 2, total: 5 });
  expect(names(await ask('lister', '/api/organisations?limit=2&page=3'))).toEqual(['Org 5']);
  const next = await ask(
    'lister',
    `/api/organisations?limit=2&cursor=${first.body.pagination.next}`,
  );
  expect(names(next)).toEqual(['Org 3', 'Org 4']);
  expect(names(await ask('lister', '/api/organisations'))).toHaveLength(5);
});

test('the current organization is read, changed and deleted, and each change is recorded', async () => {
  const { id } = await createOrganization(as('editor'), { name: 'Editing' });
  expect((await ask('editor', '/api/organisation')).body.data).toMatchObject({ id, version: 1 });
  const changed = await ask('editor', '/api/organisation', {
    method: 'PUT',
    body: { name: 'Edited', settings: { timezone: 'Europe/Berlin' } },
  });
  expect(changed.body.data).toMatchObject({
    name: 'Edited',
    version: 2,
    settings: { timezone: 'Europe/Berlin' },
  });
  const lost = await ask('editor', '/api/organisation', {
    method: 'PUT',
    body: { name: 'X', expectedVersion: 1 },
  });
  expect([lost.status, lost.body.code, lost.body.currentVersion]).toEqual([
    409,
    'VERSION_CONFLICT',
    2,
  ]);
  const now = await ask('editor', '/api/organisation?graceDays=0', { method: 'DELETE' });
  expect([now.status, now.body.fields[0].path]).toEqual([400, ['confirmName']]);
  const deleted = await ask('editor', '/api/organisation', { method: 'DELETE' });
  expect(deleted.body.data).toEqual({ id, purgeAt: expect.any(String) });
  const actions = (await logOf(as('editor'), id)).map(({ action }: Data) => action);
  expect(actions).toEqual([
    'organization.created',
    'organization.updated',
    'organization.deletionScheduled',
  ]);
});

const INSTANT = '2025-03-15T10:30:00.000Z';

test('the log takes the same filters as GraphQL, and its pages meet each entry once', async () => {
  const carol = as('carol');
  const { id } = await createOrganization(carol, { name: 'Log' });
  const events = Array.from({ length: 9 }, (_, n) => ({
    scope: ['COST', 'SCHEDULING', 'DEPLOYMENT'][n % 3],
    action: n < 5 ? 'schedule.created' : 'budget.exceeded',
    email: `p${n % 2}@company.com`,
    resourceUID: `r${n}`,
    details: `Number ${n}`,
    metadata: { '10': n, '9': [1.5, null], z: 'ü' },
    createdAt: INSTANT,
  }));
  await record(carol, id, events);
  const uids = async (parameters: string) =>
    (await ask('carol', `/api/audit-logs?${parameters}`)).body.data.map(
      ({ resourceUID }: Data) => resourceUID,
    );
  expect(await uids('include=cost&include=deployment&action=schedule.*')).toEqual([
    'r3',
    'r2',
    'r0',
  ]);
  expect(await uids('include=COST,deployment&action=schedule.*')).toEqual(['r3', 'r2', 'r0']);
  expect(await uids('email=P1@Company.com&notAction=budget.exceeded')).toEqual(['r3', 'r1']);
  expect(await uids('search=NUMBER%208')).toEqual(['r8']);
  expect(await uids('resourceUID=r1&resourceUID=r2')).toEqual(['r2', 'r1']);
  expect(await uids(`from=${INSTANT}&to=2025-03-15T10:30:00.001Z&limit=3`)).toEqual([
    'r8',
    'r7',
    'r6',
  ]);
  const byNumber = [];
  for (let page = 1; page <= 5; page += 1) byNumber.push(...(await uids(`limit=2&page=${page}`)));
  const byCursor: string[] = [];
  for (let address = '/api/audit-logs?limit=2'; address !== ''; ) {
    const { body } = await ask('carol', address);
    byCursor.push(...body.data.map(({ resourceUID }: Data) => resourceUID));
    const { next } = body.pagination;
    address = next ? `/api/audit-logs?limit=2&cursor=${next}` : '';
  }
  expect(byNumber).toEqual(byCursor);
  expect(new Set(byCursor).size).toBe(10);
  const [entry] = (await ask('carol', '/api/audit-logs?resourceUID=r0')).body.data;
  expect(entry).toMatchObject({ ...events[0], sequence: 2, origin: 'PRODUCER' });
});

await createOrganization(as('dora'), { name: 'Refusals' });

test.each([
  ['an unknown scope, with the nearest', 'include=schedulign', 'did you mean scheduling?'],
  ['an unknown parameter, with the nearest', 'actoin=a.b', 'did you mean action?'],
  ['a page before the first', 'page=0', 'from 1'],
  ['a limit over 100', 'limit=101', 'from 1 to 100'],
  ['a page too deep, with the way on', 'page=101&limit=100', 'cursor'],
  ['page and cursor together', 'page=1&cursor=abc', 'not both'],
  ['a cursor that is none', 'cursor=abc', 'not one that'],
  ['an instant without an offset', 'from=2025-03-15T10:30:00', 'RFC 3339'],
  ['a parameter twice that is one', 'search=a&search=b', 'once'],
  ['an address that is none', 'email=nobody', '@'],
])('%s is refused', async (_what, parameters, message) => {
  const { status, headers, body } = await ask('dora', `/api/audit-logs?${parameters}`);
  expect([status, body.code]).toEqual([400, 'BAD_USER_INPUT']);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body.detail).toContain(message);
});

test('refusals have the status and the code of their kind', async () => {
  const { id } = await createOrganization(as('owner'), { name: 'Statuses', slug: 'statuses' });
  await addMember(query, as, id, 'plain-member', 'MEMBER');
  const stranger = { headers: { 'x-organization-id': id } };
  const outcome = async (asked: Promise<Told>) => {
    const { status, body } = await asked;
    return [status, body.code];
  };
  const post = (body: unknown, headers = {}) =>
    outcome(ask('owner', '/api/organisations', { method: 'POST', body, headers }));
  expect(await outcome(ask('plain-member', '/api/audit-logs'))).toEqual([403, 'FORBIDDEN']);
  expect(await outcome(ask('stranger', '/api/organisation', stranger))).toEqual([404, 'NOT_FOUND']);
  expect(await outcome(ask('stranger', '/api/organisation'))).toEqual([
    400,
    'ORGANIZATION_NOT_SELECTED',
  ]);
  expect(await post({ name: 'Other', slug: 'statuses' })).toEqual([409, 'SLUG_TAKEN']);
  expect(await post({ nmae: 'X' })).toEqual([400, 'BAD_USER_INPUT']);
  expect(await post({ name: 7 })).toEqual([400, 'BAD_USER_INPUT']);
  expect(await post('{"name":"a","name":"b"}')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await post('{"name":')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await post('{}', { 'content-type': 'text/plain' })).toEqual([415, 'BAD_USER_INPUT']);
  expect(await post({ name: 'x', metadata: { x: 'x'.repeat(1_100_000) } })).toEqual([
    413,
    'PAYLOAD_TOO_LARGE',
  ]);
  expect(await outcome(ask('owner', '/api/organisation', { method: 'PATCH' }))).toEqual([
    405,
    'BAD_USER_INPUT',
  ]);
  const signedOut = await send({}, '/api/audit-logs');
  expect([signedOut.status, signedOut.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="orgtrail"',
  ]);
});

test('the description is served to everyone, and names every address and no other', async () => {
  const response = await send({}, '/api/openapi.json');
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(OPENAPI)));
  const routes = readFileSync('src/rest/routes.ts', 'utf8').matchAll(/\['(\/api\/[^']+)'/g);
  expect(Object.keys(OPENAPI.paths)).toEqual([...routes].map(([, path]) => path));
  for (const [path, operations] of Object.entries(OPENAPI.paths)) {
    const refused = await send({ method: 'PATCH' }, path);
    expect(refused.status).toBe(405);
    const described = Object.keys(operations).filter((name) => name !== 'parameters');
    expect(refused.headers.get('allow')?.toLowerCase().split(', ')).toEqual(described);
  }
  const closed = await startServer({ env: { INTROSPECTION: 'off' } });
  expect((await closed.send({}, '/api/openapi.json')).status).toBe(404);
});

test('the description refers to nothing that it does not have', () => {
  const text = JSON.stringify(OPENAPI);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const path of references) {
    const found = path.split('/').reduce((inside: Data, key) => inside?.[key], OPENAPI);
    expect(found, path).toBeDefined();
  }
  const used = new Set(references);
  const parameters = Object.keys(OPENAPI.components.parameters);
  expect(parameters.filter((name) => !used.has(`components/parameters/${name}`))).toEqual([]);
});
