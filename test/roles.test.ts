import { expect, test } from 'vitest';
import { KEY_PERMISSIONS, PERMISSIONS } from '../src/kernel/permission.ts';
import { ROLES } from '../src/kernel/vocabulary.ts';
import {
  type Answer,
  type Client,
  codesOf,
  type Data,
  dataOf,
  startServer,
} from './support/client.ts';
import { ASKS, NESTED, organizationOf } from './support/isolation-asks.ts';
import { documentOf } from './support/isolation-schema.ts';
import { createKey, plantTenant, type Target } from './support/isolation-tenant.ts';
import { addMember, logOf } from './support/organizations.ts';

const { as, query, withToken } = await startServer();
const owner = as('canary-owner');

/** Who holds what, as the product's description says it. */
const HOLDERS: Record<string, readonly string[]> = {
  'organization:read': ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'],
  'organization:update': ['OWNER', 'ADMIN'],
  'organization:delete': ['OWNER'],
  'auditLog:read': ['OWNER', 'ADMIN', 'AUDITOR'],
  'auditLog:record': ['OWNER', 'ADMIN'],
  'auditLog:export': ['OWNER', 'ADMIN', 'AUDITOR'],
  'apiKey:manage': ['OWNER', 'ADMIN'],
};

/** The permission that each field needs in the organization it is about; null = none. */
const NEEDS: Record<string, string | null> = {
  'Query.viewer': null,
  'Query.auditActions': null,
  'Query.slugAvailable': null,
  'Query.organizations': null,
  'Query.organization': 'organization:read',
  'Query.currentOrganization': 'organization:read',
  'Query.auditLogs': 'auditLog:read',
  'Query.auditLog': 'auditLog:read',
  'Query.node': 'apiKey:manage',
  'Query.nodes': 'organization:read',
  'Mutation.createOrganization': null,
  'Mutation.updateOrganization': 'organization:update',
  'Mutation.deleteOrganization': 'organization:delete',
  'Mutation.restoreOrganization': 'organization:delete',
  'Mutation.selectOrganization': 'organization:read',
  'Mutation.recordAuditLogs': 'auditLog:record',
  'Mutation.createApiKey': 'apiKey:manage',
  'Organization.auditLogs': 'auditLog:read',
  'Viewer.organizations': null,
};

/** What only people may do, whatever a key is permitted. */
const NOT_FOR_KEYS = [
  'Mutation.createOrganization',
  'Mutation.deleteOrganization',
  'Mutation.restoreOrganization',
  'Mutation.selectOrganization',
  'Mutation.createApiKey',
];

/** Calls a field about the target, validly. */
function ask(client: Client, coordinate: string, target: Target): Promise<Answer> {
  const id = organizationOf(target);
  const nested = NESTED[coordinate];
  if (nested) return client(nested.document, nested.variables(target));
  const [first] = ASKS[coordinate] ?? [];
  const own: Record<string, object> = {
    'Mutation.createOrganization': { input: { name: 'New' } },
    'Query.nodes': { ids: [id] },
    'Query.node': { id: target.nodes['ApiKey'] },
  };
  const variables = own[coordinate] ?? first?.(target) ?? {};
  return client(documentOf(coordinate), { ...variables }, { 'x-organization-id': id });
}

/** Whether the answer is what was asked for; a refusal is one of the ways of saying no. */
function isGranted(answer: Answer, coordinate: string): boolean {
  const value: Data = Object.values(answer.data ?? {})[0];
  const refused = codesOf(answer).length > 0 || value === null || value?.[0] === null;
  if (!refused && coordinate.startsWith('Mutation.')) {
    expect(value.__typename, coordinate).toMatch(/Success$/);
  }
  if (refused) expect(['FORBIDDEN', 'NOT_FOUND']).toEqual(expect.arrayContaining(codesOf(answer)));
  return !refused;
}

const shared = await plantTenant(owner);

/** A tenant in the state in which the call succeeds for who may make it; its own if that ends it. */
function tenantFor(coordinate: string): Target | Promise<Target> {
  if (coordinate === 'Mutation.restoreOrganization') return plantTenant(owner, 9);
  return coordinate === 'Mutation.deleteOrganization' ? plantTenant(owner) : shared;
}

test('every permission, every role and every field stands here', () => {
  expect(Object.keys(HOLDERS).sort()).toEqual([...PERMISSIONS].sort());
  expect(new Set(Object.values(HOLDERS).flat())).toEqual(new Set(ROLES));
  expect(Object.keys(NEEDS).sort()).toEqual([...Object.keys(ASKS), ...Object.keys(NESTED)].sort());
});

test.each(ROLES)('a member as %s is given what the role holds, and no more', async (role) => {
  const granted: Record<string, boolean> = {};
  const name = `the-${role.toLowerCase()}`;
  await addMember(query, as, organizationOf(shared), name, role);
  for (const coordinate of Object.keys(NEEDS)) {
    const tenant = await tenantFor(coordinate);
    if (tenant !== shared) await addMember(query, as, organizationOf(tenant), name, role);
    const answer = await ask(as(name), coordinate, tenant);
    granted[coordinate] = isGranted(answer, coordinate);
    if (NEEDS[coordinate] === 'auditLog:read' && !granted[coordinate])
      expect(JSON.stringify(answer)).not.toContain('canary-log');
  }
  const expected = Object.entries(NEEDS).map(([coordinate, permission]) => [
    coordinate,
    permission === null || (HOLDERS[permission] ?? []).includes(role),
  ]);
  expect(granted).toEqual(Object.fromEntries(expected));
});

test.each(KEY_PERMISSIONS)('an API key with %s alone is given that, and no more', async (held) => {
  const tenant = await plantTenant(owner);
  const id = organizationOf(tenant);
  const key = await createKey(owner, id, { permissions: [held] });
  const granted: Record<string, boolean> = {};
  for (const coordinate of Object.keys(NEEDS)) {
    granted[coordinate] = isGranted(
      await ask(withToken(key.secret), coordinate, tenant),
      coordinate,
    );
  }
  const expected = Object.entries(NEEDS).map(([coordinate, permission]) => {
    const isOwn = permission === null || permission === held;
    const isNested = coordinate === 'Organization.auditLogs';
    return [coordinate, isOwn && !isNested && !NOT_FOR_KEYS.includes(coordinate)];
  });
  expect(granted).toEqual(Object.fromEntries(expected));
});

test('an API key that may not read the organization sees none of its people', async () => {
  const tenant = await plantTenant(owner);
  const id = organizationOf(tenant);
  const person = { id: tenant.nodes['User'] };
  const seen = async (permissions: string[]) => {
    const key = withToken((await createKey(owner, id, { permissions })).secret);
    return dataOf(await key(documentOf('Query.node'), person)).node;
  };
  expect(await seen(['organization:read'])).toMatchObject({ __typename: 'User' });
  expect(await seen(['auditLog:record'])).toBeNull();
});

test('a member’s denied attempt is in the log, once, with the permission; a granted one is not', async () => {
  const tenant = await plantTenant(owner);
  const id = organizationOf(tenant);
  await addMember(query, as, id, 'denied', 'MEMBER');
  const before = (await logOf(owner, id)).length;
  await ask(as('denied'), 'Query.organization', tenant);
  await ask(as('denied'), 'Mutation.createApiKey', tenant);
  const left = (await logOf(owner, id)).slice(before);
  expect(left.map(({ action, outcome, resourceUID }) => [action, outcome, resourceUID])).toEqual([
    ['access.denied', 'DENIED', 'apiKey:manage'],
  ]);
});
