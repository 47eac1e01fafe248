import { schema } from '../../src/schema.ts';
import type { Data } from './client.ts';
import { nodeTypes, selectionOf } from './isolation-schema.ts';
import type { Target } from './isolation-tenant.ts';

/** The variables of a call that names a target. */
export type Ask = (target: Target) => Record<string, Data>;

/** The id of the target's organization. */
export const organizationOf = ({ nodes }: Target): string => nodes['Organization'] ?? '';
const input = (fields: object) => ({ input: fields });
const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'canary-key' };

/**
 * The variables of calls to every root field, naming what another tenant has in every way one can.
 * Whether a slug is taken is for everyone to know (`slugAvailable`), so none is asked for here.
 */
export const ASKS: Record<string, readonly Ask[]> = {
  'Query.viewer': [() => ({})],
  'Query.auditActions': [() => ({})],
  'Query.slugAvailable': [() => ({ slug: 'not-of-anyone' })],
  'Query.organizations': [
    () => ({ first: 2 }),
    (target) => ({ first: 2, after: organizationOf(target) }),
    (target) => ({ last: 2, before: organizationOf(target) }),
  ],
  'Query.organization': [
    (target) => ({ id: organizationOf(target) }),
    ({ slug }) => ({ slug }),
    (target) => ({ id: target.nodes['User'] }),
  ],
  'Query.currentOrganization': [() => ({})],
  'Query.auditLogs': [
    (target) => ({ organizationId: organizationOf(target), first: 2 }),
    (target) => ({ organizationId: organizationOf(target), filter: { search: 'canary' }, last: 2 }),
    ({ cursor }) => ({ first: 2, after: cursor }),
    ({ cursor }) => ({ last: 2, before: cursor }),
    ({ email }) => ({ filter: { emails: [email] } }),
    (target) => ({ filter: { resourceUIDs: [organizationOf(target)] } }),
  ],
  'Query.auditLog': [({ nodes }) => ({ id: nodes['AuditLog'] })],
  'Query.node': nodeTypes.map((type) => ({ nodes }) => ({ id: nodes[type] })),
  'Query.nodes': [({ nodes }) => ({ ids: Object.values(nodes) })],
  'Mutation.createOrganization': [() => input({ name: 'x\u0000' })],
  'Mutation.updateOrganization': [
    (target) => input({ organizationId: organizationOf(target), name: 'Taken over' }),
    (target) => input({ organizationId: organizationOf(target), name: 'X', expectedVersion: 7 }),
    (target) => input({ organizationId: organizationOf(target) }),
  ],
  'Mutation.deleteOrganization': [
    (target) => input({ organizationId: organizationOf(target), confirmName: 'Canary Name' }),
    (target) =>
      input({ organizationId: organizationOf(target), confirmName: 'Canary Name', graceDays: 0 }),
  ],
  'Mutation.restoreOrganization': [(target) => input({ organizationId: organizationOf(target) })],
  'Mutation.selectOrganization': [(target) => input({ organizationId: organizationOf(target) })],
  'Mutation.recordAuditLogs': [
    (target) => input({ organizationId: organizationOf(target), events: [event] }),
    (target) => input({ organizationId: organizationOf(target), events: [{ action: '' }] }),
    (target) => input({ organizationId: organizationOf(target), events: [] }),
  ],
  'Mutation.createApiKey': [
    (target) =>
      input({
        organizationId: organizationOf(target),
        name: 'Back door',
        permissions: ['auditLog:read'],
      }),
  ],
  'Mutation.renameApiKey': [
    ({ nodes }) => input({ apiKeyId: nodes['ApiKey'], name: 'Taken over' }),
    ({ nodes }) => input({ apiKeyId: nodes['ApiKey'], name: '' }),
  ],
  'Mutation.revokeApiKey': [({ nodes }) => input({ apiKeyId: nodes['ApiKey'] })],
  'Mutation.rotateApiKey': [
    ({ nodes }) => input({ apiKeyId: nodes['ApiKey'] }),
    ({ nodes }) => input({ apiKeyId: nodes['ApiKey'], overlapMinutes: 5 }),
  ],
};

const selectionBelow = (type: string) => selectionOf(schema.getType(type) as never, ['Query']);

/** The same for the fields below the roots that take arguments. */
export const NESTED: Record<string, { document: string; variables: Ask }> = {
  'Organization.auditLogs': {
    document: `query($id: ID!) { organization(id: $id) { auditLogs(first: 2) ${selectionBelow('AuditLogConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.apiKeys': {
    document: `query($id: ID!) { organization(id: $id) { apiKeys(first: 2) ${selectionBelow('ApiKeyConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Viewer.organizations': {
    document: `query($after: String) { viewer { organizations(first: 2, after: $after) ${selectionBelow('OrganizationConnection')} } }`,
    variables: (target) => ({ after: organizationOf(target) }),
  },
};
