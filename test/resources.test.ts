import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { createOrganization, logOf, record } from './support/organizations.ts';
import { userIdOf } from './support/teams.ts';

const { as, withToken } = await startServer();
const ada = as('ada');

const RESOURCE = 'resource { id resourceUID type name scope status removedAt }';
const CREATE = `mutation($input: CreateResourceInput!) { createResource(input: $input) { __typename ... on CreateResourceSuccess { ${RESOURCE} } ... on Error { code } ... on InvalidInputError { fields { path } } } }`;
const REMOVE = `mutation($input: RemoveResourceInput!) { removeResource(input: $input) { __typename ... on RemoveResourceSuccess { ${RESOURCE} } ... on InvalidInputError { fields { path } } } }`;
const TRAIL =
  'query($id: ID!, $filter: AuditLogFilter) { node(id: $id) { ... on Resource { auditLogs(filter: $filter) { totalCount nodes { action resource { name status } } } } } }';

const hours = {
  resourceUID: 'sch_abc123',
  type: 'schedule',
  name: 'Business Hours',
  scope: 'SCHEDULING',
};
const create = async (client: typeof ada, input: object) =>
  dataOf(await client(CREATE, { input })).createResource;

test('a product’s key registers and removes what it makes, and the entries about it resolve to it', async () => {
  const { id } = await createOrganization(ada, { name: 'Registry' });
  const permissions = ['resource:manage', 'auditLog:record'];
  const key = withToken((await createKey(ada, id, { permissions })).secret);
  const { resource } = await create(key, hours);
  expect(resource).toEqual({
    ...hours,
    id: expect.stringMatching(/^res_/),
    status: 'ACTIVE',
    removedAt: null,
  });
  await record(key, id, [
    { scope: 'SCHEDULING', action: 'schedule.executed', resourceUID: 'sch_abc123' },
    { scope: 'SCHEDULING', action: 'schedule.executed', resourceUID: 'sch_other' },
  ]);
  const removed = dataOf(await key(REMOVE, { input: { resourceUID: 'sch_abc123' } }));
  expect(removed.removeResource.resource).toMatchObject({ status: 'REMOVED' });
  const named = { name: 'Business Hours', status: 'REMOVED' };
  expect(dataOf(await ada(TRAIL, { id: resource.id })).node.auditLogs).toEqual({
    totalCount: 3,
    nodes: ['resource.removed', 'schedule.executed', 'resource.registered'].map((action) => ({
      action,
      resource: named,
    })),
  });
  const only = { id: resource.id, filter: { actions: ['schedule.*'] } };
  expect(dataOf(await ada(TRAIL, only)).node.auditLogs.totalCount).toBe(1);
  const [other] = dataOf(
    await ada(
      'query($id: ID!) { auditLogs(organizationId: $id, filter: { resourceUIDs: ["sch_other"] }) { nodes { resource { name } } } }',
      { id },
    ),
  ).auditLogs.nodes;
  expect(other.resource).toBeNull();
});

test('a UID is unique in its organization while active; what was removed comes back as the same thing', async () => {
  const { id } = await createOrganization(ada, { name: 'Unique' });
  const input = { organizationId: id, ...hours };
  const first = await create(ada, input);
  expect(await create(ada, input)).toMatchObject({ code: 'RESOURCE_EXISTS' });
  const remove = { input: { organizationId: id, resourceUID: hours.resourceUID } };
  dataOf(await ada(REMOVE, remove));
  expect(codesOf(await ada(REMOVE, remove))).toEqual(['CONFLICT']);
  const again = await create(ada, { ...input, name: 'Back' });
  expect(again.resource).toMatchObject({ id: first.resource.id, name: 'Back', status: 'ACTIVE' });
  expect((await logOf(ada, id)).at(-1).changes).toContainEqual({
    path: 'status',
    from: 'REMOVED',
    to: 'ACTIVE',
  });
  const unknown = { input: { organizationId: id, resourceUID: 'unknown' } };
  expect(codesOf(await ada(REMOVE, unknown))).toEqual(['NOT_FOUND']);
});

test('each field has its rule, and a key registers and removes only in scopes that it may record', async () => {
  const { id } = await createOrganization(ada, { name: 'Rules' });
  const bad = { organizationId: id, resourceUID: '', type: '1', name: ' ', scope: 'COST' };
  const paths = (await create(ada, bad)).fields.map(({ path }: Data) => path[0]);
  expect(paths).toEqual(['resourceUID', 'type', 'name']);
  const made = dataOf(
    await ada(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } } }',
      {
        input: {
          organizationId: id,
          name: 'K',
          permissions: ['resource:manage'],
          scopes: ['COST'],
        },
      },
    ),
  );
  const key = withToken(made.createApiKey.secret);
  expect(await create(key, hours)).toMatchObject({ fields: [{ path: ['scope'] }] });
  const { resourceUID } = hours;
  const remove = async (client: typeof ada) =>
    dataOf(await client(REMOVE, { input: { organizationId: id, resourceUID } })).removeResource;
  expect((await create(ada, { organizationId: id, ...hours })).__typename).toMatch(/Success$/);
  expect(await remove(key)).toMatchObject({ fields: [{ path: ['resourceUID'] }] });
  expect((await remove(ada)).resource.status).toBe('REMOVED');
  expect(await create(key, { ...hours, scope: 'COST' })).toMatchObject({
    fields: [{ path: ['resourceUID'] }],
  });
  const own = { ...hours, resourceUID: 'budget_1', scope: 'COST' };
  expect((await create(key, own)).__typename).toMatch(/Success$/);
});

test('the registry filters by kind, product, state and UID', async () => {
  const { id } = await createOrganization(ada, { name: 'Filters' });
  const make = (resourceUID: string, type: string, scope: string) =>
    create(ada, { organizationId: id, resourceUID, type, name: resourceUID, scope });
  await make('a', 'schedule', 'SCHEDULING');
  await make('b', 'budget', 'COST');
  await make('c', 'budget', 'COST');
  dataOf(await ada(REMOVE, { input: { organizationId: id, resourceUID: 'c' } }));
  const LIST =
    'query($id: ID!, $filter: ResourceFilter) { organization(id: $id) { resources(filter: $filter) { totalCount nodes { resourceUID } } } }';
  const uids = async (filter: object | null) => {
    const { resources } = dataOf(await ada(LIST, { id, filter })).organization;
    expect(resources.totalCount).toBe(resources.nodes.length);
    return resources.nodes.map((node: Data) => node.resourceUID).join('');
  };
  expect(await uids(null)).toBe('abc');
  expect(await uids({ types: ['budget'] })).toBe('bc');
  expect(await uids({ scopes: ['COST', 'SCHEDULING'], statuses: ['ACTIVE'] })).toBe('ab');
  expect(await uids({ types: ['budget'], resourceUIDs: ['a', 'c'] })).toBe('c');
});

test('a person’s trail holds what they did and what was done to them, within one organization', async () => {
  const { id } = await createOrganization(ada, { name: 'Trail' });
  const other = await createOrganization(ada, { name: 'Elsewhere' });
  const userId = await userIdOf(ada);
  await record(ada, id, [
    { scope: 'COST', action: 'by.address', email: 'ADA@example.com' },
    { scope: 'COST', action: 'to.her', email: 'x@example.com', resourceUID: userId },
    { scope: 'COST', action: 'not.hers', email: 'x@example.com', resourceUID: 'else' },
  ]);
  const USER =
    'query($id: ID!, $in: ID) { node(id: $id) { ... on User { auditLogs(organizationId: $in) { nodes { action } } } } }';
  const actions = async (organizationId: string) =>
    dataOf(await ada(USER, { id: userId, in: organizationId })).node.auditLogs.nodes.map(
      (node: Data) => node.action,
    );
  expect(await actions(id)).toEqual(['to.her', 'by.address', 'organization.created']);
  expect(await actions(other.id)).toEqual(['organization.created']);
});
