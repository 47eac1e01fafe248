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
  'auditLog:erase': ['OWNER'],
  'apiKey:manage': ['OWNER', 'ADMIN'],
  'member:manage': ['OWNER', 'ADMIN'],
  'invitation:manage': ['OWNER', 'ADMIN'],
  'organization:transfer': ['OWNER'],
  'membership:own': ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'],
  'team:manage': ['OWNER', 'ADMIN'],
  'resource:manage': ['OWNER', 'ADMIN'],
  'legalHold:read': ['OWNER', 'ADMIN', 'AUDITOR'],
  'legalHold:manage': ['OWNER', 'ADMIN'],
};

/**
 * The permission that each field needs in the organization it is about; null = none. They are asked
 * for in this order: a member is added to a team before they are removed.
 */
const NEEDS: Record<string, string | null> = {
  'Query.viewer': null,
  'Query.auditActions': null,
  'Query.slugAvailable': null,
  'Query.organizations': null,
  'Query.organization': 'organization:read',
  'Query.currentOrganization': 'organization:read',
  'Query.auditLogs': 'auditLog:read',
  'Query.auditLog': 'auditLog:read',
  'Query.auditLogFacets': 'auditLog:read',
  'AuditLogFacets.byAction': 'auditLog:read',
  'AuditLogFacets.byActor': 'auditLog:read',
  'AuditLogFacets.histogram': 'auditLog:read',
  'AuditLogFacets.histogramIsCapped': 'auditLog:read',
  'Query.node': 'apiKey:manage',
  'Query.nodes': 'organization:read',
  'Mutation.createOrganization': null,
  'Mutation.updateOrganization': 'organization:update',
  'Mutation.deleteOrganization': 'organization:delete',
  'Mutation.restoreOrganization': 'organization:delete',
  'Mutation.selectOrganization': 'organization:read',
  'Mutation.recordAuditLogs': 'auditLog:record',
  'Mutation.createApiKey': 'apiKey:manage',
  'Mutation.renameApiKey': 'apiKey:manage',
  'Mutation.rotateApiKey': 'apiKey:manage',
  'Mutation.revokeApiKey': 'apiKey:manage',
  'Organization.apiKeys': 'apiKey:manage',
  'Mutation.enableApiKey': 'apiKey:manage',
  'Mutation.createTeam': 'team:manage',
  'Mutation.addTeamMember': 'team:manage',
  'Mutation.removeTeamMember': 'team:manage',
  'Mutation.renameTeam': 'team:manage',
  'Mutation.createResource': 'resource:manage',
  'Mutation.removeResource': 'resource:manage',
  'Mutation.revertChange': 'organization:update',
  'Query.deletionImpact': 'organization:delete',
  'Query.erasurePreview': 'auditLog:erase',
  'Mutation.eraseSubject': 'auditLog:erase',
  'Query.organizationAt': 'auditLog:read',
  'Organization.teams': 'organization:read',
  'Organization.resources': 'organization:read',
  'Team.members': 'organization:read',
  'Team.auditLogs': 'auditLog:read',
  'Resource.auditLogs': 'auditLog:read',
  'User.auditLogs': 'auditLog:read',
  'Mutation.deleteTeam': 'team:manage',
  'OrganizationAt.members': 'auditLog:read',
  'Organization.auditLogs': 'auditLog:read',
  'Organization.auditLogFacets': 'auditLog:read',
  'Organization.auditCheckpoint': 'auditLog:read',
  'Organization.auditConsistency': 'auditLog:read',
  'Organization.auditKeys': 'auditLog:read',
  'AuditLog.proof': 'auditLog:read',
  'Organization.members': 'organization:read',
  'Organization.invitations': 'invitation:manage',
  'Viewer.organizations': null,
  'Viewer.memberships': null,
  'Viewer.invitations': null,
  'Query.rolePermissions': null,
  'Mutation.createInvitation': 'invitation:manage',
  'Mutation.resendInvitation': 'invitation:manage',
  'Mutation.revokeInvitation': 'invitation:manage',
  'Mutation.revokeOwnershipOffer': 'organization:transfer',
  'Mutation.offerOwnership': 'organization:transfer',
  'Mutation.changeMemberRole': 'member:manage',
  'Mutation.removeMember': 'member:manage',
  'Mutation.createLegalHold': 'legalHold:manage',
  'Organization.legalHolds': 'legalHold:read',
  'Query.retentionPreview': 'organization:update',
  'Mutation.cancelRetentionChange': 'organization:update',
  'Mutation.releaseLegalHold': 'legalHold:manage',
  'Mutation.leaveOrganization': 'membership:own',
};

/** What is one person's to answer, whatever their role: in invitations.test.ts and ownership.test.ts. */
const PERSONAL = [
  'Mutation.acceptInvitation',
  'Mutation.declineInvitation',
  'Mutation.acceptOwnership',
  'Mutation.declineOwnership',
];

/** What only people may do, whatever a key is permitted. */
const NOT_FOR_KEYS = [
  'Mutation.createOrganization',
  'Mutation.deleteOrganization',
  'Mutation.restoreOrganization',
  'Mutation.selectOrganization',
  'Mutation.createApiKey',
];

/** What needs a second permission beside the one that stands above: no key has it with that alone. */
const NEED_ANOTHER = [
  'Organization.auditLogs',
  'Organization.auditLogFacets',
  'Organization.auditCheckpoint',
  'Organization.auditConsistency',
  'Organization.auditKeys',
  'Resource.auditLogs',
  'Team.auditLogs',
  'User.auditLogs',
  'Mutation.revertChange',
  'Organization.legalHolds',
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

/** A tenant in the state in which the call succeeds for who may make it; its own if that ends it. */
async function tenantFor(coordinate: string, shared: Target): Promise<Target> {
  switch (coordinate) {
    case 'Mutation.restoreOrganization':
      return plantTenant(owner, as, 9);
    case 'Mutation.deleteOrganization':
      return plantTenant(owner, as);
    case 'Mutation.enableApiKey':
      return restoredTenant();
    case 'Mutation.revertChange':
      return changedTenant();
    default:
      return shared;
  }
}

/** One whose keys wait to be enabled. */
async function restoredTenant(): Promise<Target> {
  const tenant = await plantTenant(owner, as, 9);
  const input = { organizationId: organizationOf(tenant) };
  dataOf(await owner(documentOf('Mutation.restoreOrganization'), { input }));
  return tenant;
}

/** One whose entry tells of an update. */
async function changedTenant(): Promise<Target> {
  const tenant = await plantTenant(owner, as);
  const id = organizationOf(tenant);
  const input = { organizationId: id, metadata: {} };
  dataOf(await owner(documentOf('Mutation.updateOrganization'), { input }));
  const entry = (await logOf(owner, id)).at(-1);
  return { ...tenant, nodes: { ...tenant.nodes, AuditLog: entry.id } };
}

test('every permission, every role and every field stands here', () => {
  expect(Object.keys(HOLDERS).sort()).toEqual([...PERMISSIONS].sort());
  expect(new Set(Object.values(HOLDERS).flat())).toEqual(new Set(ROLES));
  expect([...Object.keys(NEEDS), ...PERSONAL].sort()).toEqual(
    [...Object.keys(ASKS), ...Object.keys(NESTED)].sort(),
  );
});

test.each(ROLES)('a member as %s is given what the role holds, and no more', async (role) => {
  const granted: Record<string, boolean> = {};
  const name = `the-${role.toLowerCase()}`;
  const shared = await plantTenant(owner, as);
  await addMember(query, as, organizationOf(shared), name, role);
  for (const coordinate of Object.keys(NEEDS)) {
    const tenant = await tenantFor(coordinate, shared);
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
  const tenant = await plantTenant(owner, as);
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
    return [coordinate, isOwn && ![...NEED_ANOTHER, ...NOT_FOR_KEYS].includes(coordinate)];
  });
  expect(granted).toEqual(Object.fromEntries(expected));
});

test('an API key that may not read the organization sees none of its people', async () => {
  const tenant = await plantTenant(owner, as);
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
  const tenant = await plantTenant(owner, as);
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
