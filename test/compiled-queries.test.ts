import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { startServer } from './support/client.ts';

/** What is odd in a document, the document, and the variables it is asked with. */
const DOCUMENTS: readonly [name: string, query: string, variables?: object][] = [
  ['an alias, the same field twice', '{ a: viewer { type } viewer { type } b: viewer { type } }'],
  [
    'selections of one field in two places',
    'query ($id: ID!) { organization(id: $id) { settings { timezone } } ...More } fragment More on Query { organization(id: $id) { settings { __typename } slug } }',
  ],
  [
    'a fragment on an interface',
    'query ($id: ID!) { node(id: $id) { ...Any } } fragment Any on Node { __typename id ... on Organization { name } ... on Team { team: name } }',
  ],
  [
    'an interface in an interface',
    'query ($id: ID!) { nodes(ids: [$id, "org_01h455vb4pex5vsknk084sn02q"]) { ... on Node { ... on Organization { ... { name } } } } }',
  ],
  [
    'a part left out by a constant',
    '{ viewer { type @skip(if: true) __typename } organizations { nodes @include(if: false) { id } totalCount } }',
  ],
  ['a selection of which nothing is left', '{ viewer { type @skip(if: true) } }'],
  [
    'a default of a variable, and a variable not given',
    'query ($first: Int = 2, $after: String) { organizations(first: $first, after: $after) { nodes { slug } } }',
  ],
  [
    'all of an entry',
    'query ($id: ID!) { auditLogs(organizationId: $id, first: 5) { asOf totalCount edges { cursor node { id sequence action email createdAt recordedAt metadata changes { path from to } actor { type user { id } } organization { name } resource { resourceUID } proof { leafIndex } } } pageInfo { hasNextPage startCursor endCursor } } }',
  ],
  ['the schema', getIntrospectionQuery()],
  ['a type of the schema', '{ __type(name: "Role") { kind enumValues { name } } __typename }'],
];

const setUp = async () => {
  const server = await startServer();
  const ada = server.as('ada');
  const { data } = await ada(
    `mutation ($name: String!) { createOrganization(input: { name: $name }) { ... on CreateOrganizationSuccess { organization { id } } } }`,
    { name: 'Ada’s "\\" 𝒮 organization' },
  );
  const id: string = data.createOrganization.organization.id;
  return { ada, id };
};

test.each(DOCUMENTS)('%s is answered alike, when it comes again', async (_name, query, more) => {
  const { ada, id } = await setUp();
  const variables = query.includes('$id') ? { id, ...more } : { ...more };
  const first = await ada(query, variables);
  expect(first.errors).toBeUndefined();
  for (let time = 0; time < 3; time += 1) {
    const again = await ada(query, variables);
    expect(JSON.stringify(again.data)).toBe(JSON.stringify(first.data));
  }
});

test('what a variable leaves out is asked anew each time', async () => {
  const { ada } = await setUp();
  const query =
    'query ($with: Boolean!, $without: Boolean = false) { viewer { type @include(if: $with) ...V @skip(if: $without) } } fragment V on Viewer { currentOrganization { __typename } }';
  const shapes = [
    { with: true },
    { with: false },
    { with: false, without: true },
    { with: true, without: true },
  ];
  const fresh = [];
  for (const [at, variables] of shapes.entries()) {
    fresh.push((await ada(`${query}${' '.repeat(at)}`, variables)).data);
  }
  for (const variables of [...shapes, ...shapes, ...shapes]) {
    const { data } = await ada(query, variables);
    expect(JSON.stringify(data)).toBe(JSON.stringify(fresh[shapes.indexOf(variables)]));
  }
});

test('in more shapes than are kept it is answered alike, too', async () => {
  const { ada } = await setUp();
  const parts = ['a', 'b', 'c', 'd'];
  const fields = parts.map((part) => `${part}: __typename @include(if: $${part})`);
  const query = `query (${parts.map((part) => `$${part}: Boolean!`).join(', ')}) { viewer { type ${fields.join(' ')} } }`;
  const shapes = Array.from({ length: 16 }, (_, bits) =>
    parts.filter((_part, at) => bits & (1 << at)),
  );
  for (let time = 0; time < 3; time += 1) {
    for (const shape of shapes) {
      const { data } = await ada(
        query,
        Object.fromEntries(parts.map((part) => [part, shape.includes(part)])),
      );
      const expected = {
        type: 'USER',
        ...Object.fromEntries(shape.map((part) => [part, 'Viewer'])),
      };
      expect(JSON.stringify(data)).toBe(JSON.stringify({ viewer: expected }));
    }
  }
});

test.each<[string, string, object, object]>([
  [
    'an error in one field is told as at first, beside what the others give',
    'query ($id: ID!, $first: Int) { organization(id: $id) { name auditLogs(first: $first) { nodes { action } } } viewer { type } }',
    { first: 1 },
    { first: 1_000 },
  ],
  [
    'errors in two fields are told as at first, the one at once and the other later',
    'query ($first: Int, $log: ID!) { viewer { type invitations(first: $first) { nodes { id } } } auditLog(id: $log) { id } }',
    { first: 1, log: 'log_01h455vb4pex5vsknk084sn02q' },
    { first: 1_000, log: 'nonsense' },
  ],
])('%s', async (_name, query, good, bad) => {
  const { ada, id } = await setUp();
  const more = query.includes('$id') ? { id } : {};
  const wrong = await ada(`${query} `, { ...more, ...bad });
  await ada(query, { ...more, ...good });
  await ada(query, { ...more, ...good });
  const again = await ada(query, { ...more, ...bad });
  const told = ({ data, errors }: typeof again) => ({
    data,
    errors: errors?.map(({ message, path }) => ({ message, path })),
  });
  expect(told(again)).toEqual(told(wrong));
  expect(wrong.errors).not.toBeUndefined();
});
