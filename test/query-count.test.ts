import { expect, inject, test } from 'vitest';
import { schema } from '../src/schema.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { createHold } from './support/holds.ts';
import { createKey } from './support/isolation-tenant.ts';
import { invite } from './support/members.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';
import { createTeam, teamCalls, userIdOf } from './support/teams.ts';

const statements: string[] = [];
/** Whose a token is: asked once in five seconds, and no part of what an operation asks. */
const SIGNING_IN = 'FROM "User" WHERE "subject" = $1';
const { as, query } = await startServer({
  onQuery: (text) => {
    if (!text.includes(SIGNING_IN)) statements.push(text);
  },
});
const ada = as('ada');

/** How many reading statements an operation runs; one more may be due where what is remembered has just ended. */
async function countOf(document: string, variables: object): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3; time += 1) {
    statements.length = 0;
    dataOf(await ada(document, { ...variables }));
    least = Math.min(least, statements.length);
  }
  return least;
}

const organizations: Data[] = [];
for (let n = 0; n < 12; n += 1)
  organizations.push(await createOrganization(ada, { name: `Org ${n}` }));
const { id } = organizations[0];
await record(
  ada,
  id,
  Array.from({ length: 40 }, (_, n) => ({ scope: 'COST', action: 'a.b', resourceUID: `${n}` })),
);

for (let n = 0; n < 12; n += 1) await createKey(ada, id, { name: `Key ${n}` });

for (let n = 0; n < 12; n += 1) {
  await createTeam(ada, id, `Team ${n}`);
  const input = { organizationId: id, resourceUID: `${n}`, type: 'x', name: 'X', scope: 'COST' };
  await ada(
    'mutation($input: CreateResourceInput!) { createResource(input: $input) { __typename } }',
    { input },
  );
}
for (let n = 0; n < 12; n += 1) {
  await invite(ada, id, `asked-${n}`, 'MEMBER');
  const other = as(`inviter-${n}`);
  await invite(other, (await createOrganization(other, { name: 'Other' })).id, 'ada', 'MEMBER');
}
for (let n = 0; n < 12; n += 1) await createHold(ada, id, { resourceUIDs: [`held-${n}`] });
const team = (await createTeam(ada, id, 'Full')).id;
for (let n = 0; n < 12; n += 1) {
  await addMember(query, as, id, `member-${n}`, 'MEMBER');
  await teamCalls.addMember(ada, { teamId: team, userId: await userIdOf(as(`member-${n}`)) });
}
const userId = await userIdOf(ada);
const { organization } = dataOf(
  await ada('query($id: ID!) { organization(id: $id) { resources(first: 1) { nodes { id } } } }', {
    id,
  }),
);
const resource = organization.resources.nodes[0].id;

const ORGANIZATION =
  'id name slug createdBy createdAt updatedAt version metadata viewerRole settings { timezone scopeRetention { days } } deletion { purgeAt }';
const RETENTION =
  'retention { retentionDays prunedCount lastRun { remaining } } pendingRetention { effectiveAt requestedBy { email } }';
const ENTRY = `id resource { id name } organizationId organization { ${ORGANIZATION} } sequence scope action email actor { type id user { id email name } } changes { path } metadata createdAt recordedAt`;

/** Every connection and list of nodes, asked for a short and for a long page; the counts must be equal. */
const LISTS: Record<string, { document: string; variables: (size: number) => object }> = {
  'Query.organizations': {
    document: `query($n: Int!) { organizations(first: $n) { totalCount nodes { ${ORGANIZATION} ${RETENTION} } edges { node { ${ORGANIZATION} } } } }`,
    variables: (n) => ({ n }),
  },
  'Viewer.organizations': {
    document: `query($n: Int!) { viewer { organizations(first: $n) { totalCount nodes { ${ORGANIZATION} } } } }`,
    variables: (n) => ({ n }),
  },
  'Query.auditLogs': {
    document: `query($n: Int!, $id: ID!) { auditLogs(organizationId: $id, first: $n) { totalCount totalCountIsCapped nodes { ${ENTRY} } edges { node { ${ENTRY} } } } }`,
    variables: (n) => ({ n, id }),
  },
  'Organization.auditLogs': {
    document: `query($n: Int!, $id: ID!) { organization(id: $id) { auditLogs(first: $n) { nodes { ${ENTRY} } } } }`,
    variables: (n) => ({ n, id }),
  },
  'Organization.apiKeys': {
    document:
      'query($n: Int!, $id: ID!) { organization(id: $id) { apiKeys(first: $n) { totalCount nodes { id name prefix permissions scopes lastUsedAt } } } }',
    variables: (n) => ({ n, id }),
  },
  'Organization.teams': {
    document: `query($n: Int!, $id: ID!) { organization(id: $id) { teams(first: $n) { totalCount nodes { id name organization { ${ORGANIZATION} } } } } }`,
    variables: (n) => ({ n, id }),
  },
  'Organization.resources': {
    document: `query($n: Int!, $id: ID!) { organization(id: $id) { resources(first: $n) { totalCount nodes { id name organization { ${ORGANIZATION} } } } } }`,
    variables: (n) => ({ n, id }),
  },
  'Team.members': {
    document:
      'query($n: Int!, $id: ID!) { node(id: $id) { ... on Team { members(first: $n) { totalCount nodes { id email } } } } }',
    variables: (n) => ({ n, id: team }),
  },
  'Team.auditLogs': {
    document: `query($n: Int!, $id: ID!) { node(id: $id) { ... on Team { auditLogs(first: $n) { totalCount nodes { ${ENTRY} } } } } }`,
    variables: (n) => ({ n, id: team }),
  },
  'Resource.auditLogs': {
    document: `query($n: Int!, $id: ID!) { node(id: $id) { ... on Resource { auditLogs(first: $n) { totalCount nodes { ${ENTRY} } } } } }`,
    variables: (n) => ({ n, id: resource }),
  },
  'User.auditLogs': {
    document: `query($n: Int!, $id: ID!, $in: ID!) { node(id: $id) { ... on User { auditLogs(organizationId: $in, first: $n) { totalCount nodes { ${ENTRY} } } } } }`,
    variables: (n) => ({ n, id: userId, in: id }),
  },
  'OrganizationAt.members': {
    document:
      'query($n: Int!, $id: ID!, $at: DateTime!) { organizationAt(id: $id, at: $at) { members(first: $n) { totalCount nodes { userId role email user { id name } } } } }',
    variables: (n) => ({ n, id, at: new Date().toISOString() }),
  },
  'Organization.members': {
    document: `query($n: Int!, $id: ID!) { organization(id: $id) { members(first: $n, search: "example") { totalCount nodes { role user { id email } organization { ${ORGANIZATION} } } } } }`,
    variables: (n) => ({ n, id }),
  },
  'Organization.invitations': {
    document:
      'query($n: Int!, $id: ID!) { organization(id: $id) { invitations(first: $n) { totalCount nodes { id organizationName email role status } } } }',
    variables: (n) => ({ n, id }),
  },
  'Organization.legalHolds': {
    document:
      'query($n: Int!, $id: ID!) { organization(id: $id) { legalHolds(first: $n) { totalCount nodes { id filter reason createdAt createdBy { email } } } } }',
    variables: (n) => ({ n, id }),
  },
  'Viewer.memberships': {
    document: `query($n: Int!) { viewer { memberships(first: $n) { totalCount nodes { role user { id } organization { ${ORGANIZATION} ownershipOffer { id } } } } } }`,
    variables: (n) => ({ n }),
  },
  'Viewer.invitations': {
    document:
      'query($n: Int!) { viewer { invitations(first: $n) { totalCount nodes { id organizationName email role status } } } }',
    variables: (n) => ({ n }),
  },
  'Query.nodes': {
    document: `query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Organization { ${ORGANIZATION} } } }`,
    variables: (n) => ({ ids: organizations.slice(0, n).map((organization) => organization.id) }),
  },
};

test('every connection of the schema stands here', () => {
  const connections = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type
      ? Object.values(type.getFields())
          .filter((field) => /Connection!$/.test(String(field.type)))
          .map((field) => `${type.name}.${field.name}`)
      : [],
  );
  expect(connections.length).toBeGreaterThan(3);
  expect(Object.keys(LISTS)).toEqual(expect.arrayContaining(connections));
});

test.each(Object.entries(LISTS))(
  '%s runs as many statements for many rows as for two',
  async (_name, list) => {
    const few = await countOf(list.document, list.variables(2));
    const many = await countOf(list.document, list.variables(12));
    expect(many).toBe(few);
    expect(many).toBeLessThan(12);
  },
);

test('a facet that is not selected is not counted, and those of one kind are counted together', async () => {
  const facets = (fields: string) =>
    countOf(`query($id: ID!) { auditLogFacets(organizationId: $id) { ${fields} } }`, { id });
  const alone = await facets('asOf');
  const alike = 'count isCapped byScope { value } byAction { value count } byOutcome { value }';
  const actors = 'byActor { value count } byActorIsCapped';
  const histogram = 'histogram(interval: DAY) { from count } histogramIsCapped(interval: DAY)';
  for (const kind of [alike, actors, histogram]) expect(await facets(kind)).toBe(alone + 1);
  expect(await facets(`${alike} ${actors} ${histogram}`)).toBe(alone + 3);
});

test('a count that is not selected is not computed', async () => {
  const page =
    'query($id: ID!) { auditLogs(organizationId: $id, filter: { scopes: [COST] }) { nodes { id } } }';
  const counting = () =>
    statements.filter((text) => /count\(|AuditT(ally|otal)/i.test(text)).length;
  const counted = page.replace('nodes { id }', 'totalCount');
  // The way to the page is chosen by counting, once for a while.
  await countOf(page, { id });
  expect(counting()).toBe(0);
  await countOf(counted, { id });
  expect(counting()).toBe(1);
});

test('a page whose way is known is read together with what the caller may do, where the database can', async () => {
  const page =
    'query($id: ID!) { auditLogs(organizationId: $id, filter: { emails: ["ada@example.com"] }) { nodes { id } } }';
  await countOf(page, { id });
  const known = statements.filter((text) => /"Membership"/.test(text) || /"AuditLog"/.test(text));
  expect(known).toHaveLength(inject('provider') === 'sqlite' ? 2 : 1);
});
