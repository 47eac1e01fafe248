import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';

const { as, query, withToken } = await startServer();
const ada = as('ada');

test('every field that is given comes back as it was, and what is not given has its default', async () => {
  const { id } = await createOrganization(ada, { name: 'Fields' });
  const event = {
    scope: 'SCHEDULING',
    action: 'schedule.updated',
    email: ' Admin@Company.COM ',
    actor: { type: 'USER', id: 'u-1', name: 'Admin' },
    resourceType: 'schedule',
    resourceUID: 'sch_abc123',
    details: 'line one\nשורה שתיים\u{1F680}',
    changes: [{ path: 'cron', from: { a: [1, null] }, to: null }],
    metadata: { z: 1, a: { deep: [true, 'x'] } },
    outcome: 'FAILURE',
    ip: '2001:db8::1',
    userAgent: 'cli/1.0',
    createdAt: '2025-03-15T12:30:00.123+02:00',
  };
  await record(ada, id, [event, { scope: 'COST', action: 'budget.created' }]);
  const [, full, bare] = await logOf(ada, id);
  expect(full).toMatchObject({
    ...event,
    email: 'admin@company.com',
    createdAt: '2025-03-15T10:30:00.123Z',
    actor: { ...event.actor, email: 'admin@company.com', user: null },
    origin: 'PRODUCER',
    sequence: 2,
  });
  expect(bare).toMatchObject({
    email: 'ada@example.com',
    actor: { type: 'USER', email: 'ada@example.com' },
    outcome: 'SUCCESS',
    details: null,
    changes: [],
    metadata: {},
    sequence: 3,
  });
  expect(bare.createdAt).toBe(bare.recordedAt);
});

test('a bad event is rejected alone with each rule it breaks; its neighbours are stored', async () => {
  const { id } = await createOrganization(ada, { name: 'Neighbours' });
  const result = await record(ada, id, [
    { scope: 'COST', action: 'a.b' },
    { action: 'not.catalogued' },
    {
      scope: 'COST',
      action: 'has space',
      email: 'nobody',
      ip: 'here',
      createdAt: '2999-01-01T00:00:00Z',
    },
    { scope: 'COST', action: 'organization.created' },
    { action: 'organization.created' },
  ]);
  expect(result).toMatchObject({ recordedCount: 2, duplicateCount: 0, rejectedCount: 3 });
  expect(result.receipts.map(({ status }: Data) => status)).toEqual([
    'RECORDED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
    'RECORDED',
  ]);
  const paths = result.receipts.map(({ errors }: Data) =>
    errors.map((error: Data) => error.path.join('.')),
  );
  expect(paths).toEqual([[], ['scope'], ['action', 'email', 'ip', 'createdAt'], ['scope'], []]);
  expect((await logOf(ada, id)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('the same key with the same body gives the first entry again; with another body it is refused', async () => {
  const { id } = await createOrganization(ada, { name: 'Keys' });
  const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'key-1', metadata: { b: 1, a: 2 } };
  const first = await record(ada, id, [event]);
  const again = await record(ada, id, [{ ...event, metadata: { a: 2, b: 1 } }]);
  expect(again).toMatchObject({ recordedCount: 0, duplicateCount: 1 });
  expect(again.receipts[0].auditLog).toEqual(first.receipts[0].auditLog);
  const other = await record(ada, id, [{ ...event, metadata: { a: 3 } }]);
  expect(other.receipts[0]).toMatchObject({
    status: 'REJECTED',
    errors: [{ path: ['idempotencyKey'] }],
  });
  const within = await record(ada, id, [
    { ...event, idempotencyKey: 'key-2' },
    { ...event, idempotencyKey: 'key-2' },
    { ...event, idempotencyKey: 'key-2', details: 'other' },
  ]);
  expect(within.receipts.map(({ status }: Data) => status)).toEqual([
    'RECORDED',
    'DUPLICATE',
    'REJECTED',
  ]);
  expect(within.receipts[1].auditLog).toEqual(within.receipts[0].auditLog);
});

test('twenty retries of one event at once leave one entry', async () => {
  const { id } = await createOrganization(ada, { name: 'Retries' });
  const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'same' };
  const results = await Promise.all(Array.from({ length: 20 }, () => record(ada, id, [event])));
  expect(results.map((result) => result.recordedCount).reduce((a, b) => a + b)).toBe(1);
  expect(results.map((result) => result.duplicateCount).reduce((a, b) => a + b)).toBe(19);
  expect(await logOf(ada, id)).toHaveLength(2);
});

test('a key is one’s own: the same key in another organization says nothing of the first', async () => {
  const one = await createOrganization(ada, { name: 'One' });
  const two = await createOrganization(as('eve'), { name: 'Two' });
  const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'shared' };
  await record(ada, one.id, [event]);
  expect(await record(as('eve'), two.id, [{ ...event, details: 'other' }])).toMatchObject({
    recordedCount: 1,
  });
});

test('no events and more than a thousand are refused; a thousand are one call', async () => {
  const { id } = await createOrganization(ada, { name: 'Batch' });
  const events = Array.from({ length: 1_001 }, (_, n) => ({
    scope: 'COST',
    action: 'a.b',
    resourceUID: String(n),
  }));
  for (const wrong of [[], events]) {
    expect(await record(ada, id, wrong)).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ path: ['events'] }],
    });
  }
  expect(await record(ada, id, events.slice(0, 1_000))).toMatchObject({ recordedCount: 1_000 });
  const { auditLogs } = dataOf(
    await ada(
      'query($id: ID!) { auditLogs(organizationId: $id, first: 1) { totalCount nodes { sequence resourceUID } } }',
      { id },
    ),
  );
  expect(auditLogs).toEqual({
    totalCount: 1_001,
    nodes: [{ sequence: 1_001, resourceUID: '999' }],
  });
});

test('who lacks auditLog:record is refused: members are on record, strangers learn nothing', async () => {
  const { id } = await createOrganization(ada, { name: 'Denied' });
  await addMember(query, as, id, 'auditor-of-denied', 'AUDITOR');
  const RECORD =
    'mutation($id: ID!) { recordAuditLogs(input: { organizationId: $id, events: [{ scope: COST, action: "a.b" }] }) { __typename } }';
  expect(codesOf(await as('auditor-of-denied')(RECORD, { id }))).toEqual(['FORBIDDEN']);
  expect(codesOf(await as('eve')(RECORD, { id }))).toEqual(['NOT_FOUND']);
  expect((await logOf(ada, id)).map(({ action }) => action)).toEqual([
    'organization.created',
    'access.denied',
  ]);
});

test('an API key records what its scopes allow, as itself', async () => {
  const { id } = await createOrganization(ada, { name: 'Producer' });
  const { createApiKey } = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { id prefix permissions scopes createdAt expiresAt } } } }',
      {
        input: {
          organizationId: id,
          name: 'Scheduler',
          permissions: ['auditLog:record'],
          scopes: ['SCHEDULING'],
        },
      },
    ),
  );
  expect(createApiKey.secret.startsWith(createApiKey.apiKey.prefix)).toBe(true);
  const key = withToken(createApiKey.secret);
  const result = await record(key, id, [
    { scope: 'SCHEDULING', action: 'schedule.created' },
    { scope: 'COST', action: 'budget.created' },
  ]);
  expect(result.receipts.map(({ status }: Data) => status)).toEqual(['RECORDED', 'REJECTED']);
  const log = await logOf(ada, id);
  expect(log.at(-1)).toMatchObject({
    action: 'schedule.created',
    email: null,
    actor: { type: 'API_KEY', id: createApiKey.apiKey.id, name: 'Scheduler' },
  });
  expect(JSON.stringify(log)).not.toContain(createApiKey.secret);
  expect(
    codesOf(await key('query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }', { id })),
  ).toEqual(['FORBIDDEN']);
});
