import { expect, test } from 'vitest';
import { schema } from '../src/schema.ts';
import { type Data, dataOf, startServer } from './support/client.ts';
import { createKey } from './support/isolation-tenant.ts';
import { createOrganization, record } from './support/organizations.ts';

const statements: string[] = [];
const { as } = await startServer({ onQuery: (text) => statements.push(text) });
const ada = as('ada');

/** How many reading statements an operation runs. */
async function countOf(document: string, variables: object): Promise<number> {
  statements.length = 0;
  dataOf(await ada(document, { ...variables }));
  return statements.length;
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

const ORGANIZATION =
  'id name slug createdBy createdAt updatedAt version metadata viewerRole settings { timezone } deletion { purgeAt }';
const ENTRY = `id organizationId organization { ${ORGANIZATION} } sequence scope action email actor { type id user { id email name } } changes { path } metadata createdAt recordedAt`;

/** Every connection and list of nodes, asked for a short and for a long page; the counts must be equal. */
const LISTS: Record<string, { document: string; variables: (size: number) => object }> = {
  'Query.organizations': {
    document: `query($n: Int!) { organizations(first: $n) { totalCount nodes { ${ORGANIZATION} } edges { node { ${ORGANIZATION} } } } }`,
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

test('a count that is not selected is not computed', async () => {
  const page =
    'query($id: ID!) { auditLogs(organizationId: $id, filter: { scopes: [COST] }) { nodes { id } } }';
  await countOf(page, { id });
  expect(statements.filter((text) => /count\(/i.test(text))).toEqual([]);
  await countOf(page.replace('nodes { id }', 'totalCount'), { id });
  expect(statements.filter((text) => /count\(/i.test(text))).toHaveLength(1);
});
