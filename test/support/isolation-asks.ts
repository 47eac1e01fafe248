import { schema } from '../../src/schema.ts';
import { MEMBER_ASKS, MEMBER_NESTED } from './isolation-member-asks.ts';
import { nodeTypes, selectionOf } from './isolation-schema.ts';
import type { Ask, Target } from './isolation-tenant.ts';
import { RETENTION_ASKS, RETENTION_NESTED } from './retention-asks.ts';

/** The id of the target's organization. */
export const organizationOf = ({ nodes }: Target): string => nodes['Organization'] ?? '';
const input = (fields: object) => ({ input: fields });
const event = { scope: 'COST', action: 'a.b', idempotencyKey: 'canary-key' };

const RESOURCE = { resourceUID: 'canary-uid', type: 'thing', name: 'X', scope: 'COST' };

/** The same for teams, resources, keys and history. */
const TEAM_ASKS: Record<string, readonly Ask[]> = {
  'Mutation.enableApiKey': [({ nodes }) => input({ apiKeyId: nodes['ApiKey'] })],
  'Mutation.createTeam': [
    (target) => input({ organizationId: organizationOf(target), name: 'New team' }),
    (target) => input({ organizationId: organizationOf(target), name: 'Canary Team' }),
  ],
  'Mutation.addTeamMember': [
    ({ nodes }) => input({ teamId: nodes['Team'], userId: nodes['User'] }),
  ],
  'Mutation.removeTeamMember': [
    ({ nodes }) => input({ teamId: nodes['Team'], userId: nodes['User'] }),
  ],
  'Mutation.renameTeam': [({ nodes }) => input({ teamId: nodes['Team'], name: 'Renamed' })],
  'Mutation.deleteTeam': [({ nodes }) => input({ teamId: nodes['Team'] })],
  'Mutation.createResource': [
    (target) => input({ organizationId: organizationOf(target), ...RESOURCE, resourceUID: 'new' }),
    (target) => input({ organizationId: organizationOf(target), ...RESOURCE }),
  ],
  'Mutation.removeResource': [
    (target) => input({ organizationId: organizationOf(target), resourceUID: 'canary-uid' }),
  ],
  'Mutation.revertChange': [({ nodes }) => input({ auditLogId: nodes['AuditLog'] })],
  'Query.erasurePreview': [
    (target) => ({ organizationId: organizationOf(target), email: 'nobody@example.com' }),
    (target) => ({ organizationId: organizationOf(target), email: target.email }),
  ],
  'Mutation.eraseSubject': [
    (target) =>
      input({
        organizationId: organizationOf(target),
        email: 'nobody@example.com',
        confirmEmail: 'nobody@example.com',
      }),
    (target) =>
      input({
        organizationId: organizationOf(target),
        email: target.email,
        confirmEmail: target.email,
      }),
  ],
  'Query.deletionImpact': [(target) => ({ organizationId: organizationOf(target) })],
  'Query.organizationAt': [
    (target) => ({ id: organizationOf(target), at: new Date().toISOString() }),
    (target) => ({ id: organizationOf(target), at: '2001-01-01T00:00:00.000Z' }),
  ],
};

/**
 * The variables of calls to every root field, naming what another tenant has in every way one can.
 * Whether a slug is taken is for everyone to know (`slugAvailable`), so none is asked for here.
 */
export const ASKS: Record<string, readonly Ask[]> = {
  ...TEAM_ASKS,
  ...MEMBER_ASKS,
  ...RETENTION_ASKS,
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
  'Query.auditLogFacets': [
    (target) => ({ organizationId: organizationOf(target) }),
    (target) => ({ organizationId: organizationOf(target), query: 'canary', asOf: 1 }),
    ({ email }) => ({ filter: { emails: [email] } }),
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

const FACETS = `asOf count isCapped byScope { value count } byAction { value count } byActor { value count }
  byActorIsCapped byOutcome { value count } histogram(interval: MONTH) { from count byScope { value count } }
  histogramIsCapped(interval: MONTH)`;

/** The same for the fields below the roots that take arguments or need a permission. */
export const NESTED: Record<string, { document: string; variables: Ask }> = {
  ...MEMBER_NESTED,
  ...RETENTION_NESTED,
  'Organization.auditLogs': {
    document: `query($id: ID!) { organization(id: $id) { auditLogs(first: 2) ${selectionBelow('AuditLogConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.auditLogFacets': {
    document: `query($id: ID!) { organization(id: $id) { auditLogFacets { ${FACETS} } } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  ...Object.fromEntries(
    ['byAction', 'byActor', 'histogram', 'histogramIsCapped'].map((name) => [
      `AuditLogFacets.${name}`,
      {
        document: `query($id: ID!) { auditLogFacets(organizationId: $id) { ${FACETS} } }`,
        variables: (target: Target) => ({ id: organizationOf(target) }),
      },
    ]),
  ),
  'Organization.apiKeys': {
    document: `query($id: ID!) { organization(id: $id) { apiKeys(first: 2) ${selectionBelow('ApiKeyConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.teams': {
    document: `query($id: ID!) { organization(id: $id) { teams(first: 2) ${selectionBelow('TeamConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.resources': {
    document: `query($id: ID!) { organization(id: $id) { resources(first: 2) ${selectionBelow('ResourceConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Team.members': {
    document: `query($id: ID!) { node(id: $id) { ... on Team { members(first: 2) ${selectionBelow('TeamMemberConnection')} } } }`,
    variables: ({ nodes }) => ({ id: nodes['Team'] }),
  },
  'Organization.auditConsistency': {
    document: `query($id: ID!) { organization(id: $id) { auditConsistency(from: 1, to: 2) ${selectionBelow('ConsistencyProof')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.auditCheckpoint': {
    document: `query($id: ID!) { organization(id: $id) { auditCheckpoint ${selectionBelow('AuditCheckpoint')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'Organization.auditKeys': {
    document: `query($id: ID!) { organization(id: $id) { auditKeys ${selectionBelow('AuditKey')} } }`,
    variables: (target) => ({ id: organizationOf(target) }),
  },
  'AuditLog.proof': {
    document: `query($id: ID!) { node(id: $id) { ... on AuditLog { leafHash canonicalBody proof ${selectionBelow('InclusionProof')} } } }`,
    variables: ({ nodes }) => ({ id: nodes['AuditLog'] }),
  },
  ...Object.fromEntries(
    ['Team', 'Resource', 'User'].map((type) => [
      `${type}.auditLogs`,
      {
        document: `query($id: ID!) { node(id: $id) { ... on ${type} { auditLogs(first: 2) ${selectionBelow('AuditLogConnection')} } } }`,
        variables: ({ nodes }: Target) => ({ id: nodes[type] }),
      },
    ]),
  ),
  'OrganizationAt.members': {
    document: `query($id: ID!, $at: DateTime!) { organizationAt(id: $id, at: $at) { members(first: 2) ${selectionBelow('MemberAtConnection')} } }`,
    variables: (target) => ({ id: organizationOf(target), at: new Date().toISOString() }),
  },
  'Viewer.organizations': {
    document: `query($after: String) { viewer { organizations(first: 2, after: $after) ${selectionBelow('OrganizationConnection')} } }`,
    variables: (target) => ({ after: organizationOf(target) }),
  },
};
