import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Data, dataOf, startServer, tokenOf } from './support/client.ts';
import { addMember, createOrganization, logOf } from './support/organizations.ts';

const { as, query, send } = await startServer();
const ada = as('ada');

const bearer = async (name: string) => ({ authorization: `Bearer ${await tokenOf(name)}` });

/** Posts a body to the door as ada, or as whom the headers say. */
async function post(
  organizationId: string,
  body: RequestInit['body'],
  headers: Record<string, string> = {},
  path = '/api/audit-logs',
) {
  const init = {
    method: 'POST',
    body: body ?? null,
    duplex: 'half',
    headers: {
      ...(await bearer('ada')),
      'x-organization-id': organizationId,
      'content-type': 'application/x-ndjson',
      ...headers,
    },
  };
  return send(init, path);
}

/** The lines of an NDJSON answer: the receipts, and the last line apart. */
async function linesOf(response: Response): Promise<{ receipts: Data[]; last: Data }> {
  const lines = (await response.text()).trimEnd().split('\n');
  const values = lines.map((line) => JSON.parse(line));
  return { receipts: values.slice(0, -1), last: values.at(-1) };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const event = (n: number, more: object = {}) => ({
  scope: 'COST',
  action: 'a.b',
  resourceUID: String(n),
  ...more,
});
const ndjson = (...events: object[]) => events.map((one) => `${JSON.stringify(one)}\n`).join('');
const uidsOf = async (id: string) =>
  (await logOf(ada, id)).slice(1).map(({ resourceUID }) => resourceUID);

test('one JSON event answers 201 with its receipt; told again under its key, 200', async () => {
  const { id } = await createOrganization(ada, { name: 'One event' });
  const body = JSON.stringify(event(1, { idempotencyKey: 'k', createdAt: '2025-01-02T03:04:05Z' }));
  const first = await post(id, body, JSON_TYPE);
  expect(first.status).toBe(201);
  const { data } = (await first.json()) as Data;
  expect(data).toMatchObject({
    status: 'RECORDED',
    id: expect.stringMatching(/^log_/),
    sequence: 2,
    createdAt: '2025-01-02T03:04:05.000Z',
  });
  const again = await post(id, body, JSON_TYPE);
  expect(again.status).toBe(200);
  expect((await again.json()) as Data).toEqual({ data: { ...data, status: 'DUPLICATE' } });
  const bad = await post(id, JSON.stringify({ action: 'no scope' }), JSON_TYPE);
  expect(bad.status).toBe(400);
  expect(bad.headers.get('content-type')).toBe('application/problem+json');
  expect(await logOf(ada, id)).toHaveLength(2);
});

test('an array answers a receipt for each; a bad event among them is rejected alone', async () => {
  const { id } = await createOrganization(ada, { name: 'Array' });
  const events = [event(1), { action: 'x y' }, 7, event(2, { actoin: 'a' }), event(3)];
  const response = await post(id, gzipSync(JSON.stringify(events)), {
    ...JSON_TYPE,
    'content-encoding': 'gzip',
  });
  const answer = (await response.json()) as Data;
  expect(answer).toMatchObject({ recorded: 2, duplicate: 0, rejected: 3 });
  expect(answer.data.map(({ status }: Data) => status)).toEqual([
    'RECORDED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
    'RECORDED',
  ]);
  expect(answer.data[3].errors[0].message).toContain('did you mean action?');
  expect(await uidsOf(id)).toEqual(['1', '3']);
});

test('every line of a stream is answered by its number; bad ones are rejected alone', async () => {
  const { id } = await createOrganization(ada, { name: 'Lines' });
  const lines = [
    JSON.stringify(event(1)),
    'not json',
    '',
    '{"scope":"COST","action":"a.b","action":"c.d"}',
    `{"scope":"COST","action":"a.b","details":"${'x'.repeat(1_100_000)}"}`,
    JSON.stringify({ action: 'a.b' }),
    JSON.stringify(event(7)),
  ];
  const { receipts, last } = await linesOf(await post(id, lines.join('\n')));
  expect(receipts.map(({ line, status }) => `${line} ${status}`)).toEqual([
    '1 RECORDED',
    '2 REJECTED',
    '4 REJECTED',
    '5 REJECTED',
    '6 REJECTED',
    '7 RECORDED',
  ]);
  expect(receipts.map(({ errors }) => errors?.[0].message)).toEqual([
    undefined,
    'Not JSON.',
    expect.stringContaining('twice'),
    expect.stringContaining('at most 1048576 bytes'),
    expect.stringContaining('scope'),
    undefined,
  ]);
  expect(last).toEqual({ done: true, recorded: 2, duplicate: 0, rejected: 4, lastLine: 7 });
  expect(await uidsOf(id)).toEqual(['1', '7']);
});

test('a default scope serves the events that name none', async () => {
  const { id } = await createOrganization(ada, { name: 'Scope' });
  const path = '/api/audit-logs?defaultScope=platform';
  const { last } = await linesOf(await post(id, ndjson({ action: 'a.b' }), {}, path));
  expect(last).toMatchObject({ done: true, recorded: 1 });
  const wrong = await post(id, '', {}, '/api/audit-logs?defaultScope=platfrom');
  expect(wrong.status).toBe(400);
  expect(((await wrong.json()) as Data).detail).toContain('did you mean platform?');
});

test('receipts come while the stream is still being sent', async () => {
  const { id } = await createOrganization(ada, { name: 'Talk' });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const say = (n: number) => void writer.write(Buffer.from(ndjson(event(n))));
  say(1);
  const response = await post(id, readable as unknown as BodyInit);
  const reader = (response.body ?? new ReadableStream()).getReader();
  const heard = async () => JSON.parse(Buffer.from((await reader.read()).value ?? []).toString());
  expect(await heard()).toMatchObject({ line: 1, status: 'RECORDED', sequence: 2 });
  say(2);
  expect(await heard()).toMatchObject({ line: 2, status: 'RECORDED', sequence: 3 });
  await writer.close();
  expect(await heard()).toEqual({
    done: true,
    recorded: 2,
    duplicate: 0,
    rejected: 0,
    lastLine: 2,
  });
});

test('what is whole before a stream breaks off is recorded, and the last line says what happened', async () => {
  const { id } = await createOrganization(ada, { name: 'Broken' });
  const whole = ndjson(...Array.from({ length: 40 }, (_, n) => event(n)));
  const zipped = gzipSync(whole);
  const cut = zipped.subarray(0, zipped.length - 12);
  const gzip = { 'content-encoding': 'gzip' };
  const { receipts, last } = await linesOf(await post(id, cut, gzip));
  expect(last).toMatchObject({ done: false, error: { code: 'BAD_USER_INPUT' } });
  expect(last.recorded).toBe(receipts.length);
  expect(receipts.length).toBeGreaterThan(20);
  expect(await uidsOf(id)).toEqual(receipts.map((_, n) => String(n)));
  const rubbish = await linesOf(await post(id, 'no gzip at all', gzip));
  expect(rubbish.last).toMatchObject({ done: false, recorded: 0 });
});

test('what may not be recorded is refused by its status before the body is read', async () => {
  const { id } = await createOrganization(ada, { name: 'Refused' });
  await addMember(query, as, id, 'auditor-of-refused', 'AUDITOR');
  const never = () => new ReadableStream({ pull: () => new Promise(() => {}) }) as BodyInit;
  const statusFor = async (headers: Record<string, string>) =>
    (await post(id, never(), headers)).status;
  expect(await statusFor({ authorization: 'Bearer nonsense' })).toBe(401);
  expect(await statusFor(await bearer('stranger'))).toBe(404);
  expect(await statusFor(await bearer('auditor-of-refused'))).toBe(403);
  expect(await statusFor({ 'content-type': 'text/plain' })).toBe(415);
  expect(await statusFor({ 'content-encoding': 'br' })).toBe(415);
  expect(await uidsOf(id)).toEqual(['auditLog:record']);
});

test('a key that is revoked or expires during a stream records nothing after that', async () => {
  const { id } = await createOrganization(ada, { name: 'Revoked' });
  const input = {
    organizationId: id,
    name: 'K',
    permissions: ['auditLog:record'],
    scopes: ['COST'],
    expiresAt: '2099-01-01T00:00:00Z',
  };
  const { createApiKey } = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { id } } } }',
      { input },
    ),
  );
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const say = (text: string) => void writer.write(Buffer.from(text));
  say(ndjson(event(1), event(2, { scope: 'PLATFORM' })));
  const response = await post(id, readable as unknown as BodyInit, {
    authorization: `Bearer ${createApiKey.secret}`,
  });
  const reader = (response.body ?? new ReadableStream()).getReader();
  const heard = async () => Buffer.from((await reader.read()).value ?? []).toString();
  expect((await heard()).match(/RECORDED|may not record scope PLATFORM/g)).toEqual([
    'RECORDED',
    'may not record scope PLATFORM',
  ]);
  const { id: apiKeyId } = createApiKey.apiKey;
  dataOf(
    await ada(
      'mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename } }',
      { input: { apiKeyId } },
    ),
  );
  say(ndjson(event(3)));
  expect(JSON.parse(await heard())).toMatchObject({
    done: false,
    recorded: 1,
    rejected: 1,
    lastLine: 2,
    error: { code: 'NOT_FOUND' },
  });
});
