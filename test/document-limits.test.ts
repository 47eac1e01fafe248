import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { VARIABLES } from '../src/config-variables.ts';
import { type Client, codesOf, dataOf, startServer, tokenOf } from './support/client.ts';
import { createOrganization } from './support/organizations.ts';

const words = (count: number, word: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => word(index)).join(' ');

/** A chain of so many fields, each in the one before: two more are `memberships` and `nodes`. */
const chain = (levels: number): string =>
  levels <= 1
    ? '__typename'
    : `organization { members(first: 1) { nodes { ${chain(levels - 3)} } } }`;

/** Documents of exactly so many of something, which stay within every other limit. */
const OF = {
  DOCUMENT_LIMIT_TOKENS: (n: number) =>
    `{ auditActions(scopes: [${words(n - 12, () => 'COST')}]) { action } }`,
  DOCUMENT_LIMIT_DEPTH: (n: number) =>
    `{ viewer { memberships(first: 1) { nodes { ${chain(n - 3)} } } } }`,
  DOCUMENT_LIMIT_NESTING: (n: number) => `{ node(id: ${'['.repeat(n - 2)}1`,
  DOCUMENT_LIMIT_ALIASES: (n: number) => `{ ${words(n, (i) => `a${i}: __typename`)} }`,
  DOCUMENT_LIMIT_DIRECTIVES: (n: number) =>
    `{ ${words(n, (i) => `a${i}: __typename @include(if: true)`)} }`,
  DOCUMENT_LIMIT_FIELDS: (n: number) => {
    const each = `viewer { user { ${words(5, () => 'id')} ${words(5, () => 'email')} } }`;
    return `{ ${words(n / 12, (i) => `a${i}: ${each}`)} }`;
  },
  DOCUMENT_LIMIT_REPEATS: (n: number) => `{ ${words(n, () => 'viewer { type }')} }`,
};

/** Each limit of documents, as high as it may be. */
const HIGHEST = Object.fromEntries(
  Object.entries(VARIABLES)
    .filter(([name]) => name in OF || name === 'OPERATION_LIMIT_COST')
    .map(([name, { rule }]) => [name, rule.replace(/.* to /, '')]),
);

/** How a server is asked that has this limit and no other than usual. */
const limited = async (variable: string, value: number): Promise<Client> =>
  (await startServer({ env: { [variable]: String(value) } })).as('ada');

describe('a document', () => {
  test.each([
    ['DOCUMENT_LIMIT_TOKENS', 100, 3000, 1, 'tokens'],
    ['DOCUMENT_LIMIT_DEPTH', 7, 19, 3, 'levels of fields'],
    ['DOCUMENT_LIMIT_NESTING', 10, 100, 1, 'levels of brackets'],
    ['DOCUMENT_LIMIT_ALIASES', 2, 60, 1, 'aliases'],
    ['DOCUMENT_LIMIT_DIRECTIVES', 0, 20, 1, 'directives'],
    ['DOCUMENT_LIMIT_FIELDS', 12, 300, 12, 'fields'],
    ['DOCUMENT_LIMIT_REPEATS', 1, 9, 1, 'times'],
  ] as const)('is held to %s, whether it is %d or %d', async (variable, low, high, step, named) => {
    for (const limit of [low, high]) {
      const ask = await limited(variable, limit);
      for (let time = 0; time < 3; time += 1) {
        expect(codesOf(await ask(OF[variable](limit)))).not.toContain('QUERY_TOO_COMPLEX');
        const refused = await ask(OF[variable](limit + step));
        expect(codesOf(refused)).toEqual(['QUERY_TOO_COMPLEX']);
        expect(refused.errors?.[0]?.message).toMatch(
          new RegExp(`at most ${limit} .*${named}|${limit} ${named}`),
        );
        expect(refused.data).toBeUndefined();
      }
    }
  });
});

const PAGE = 'query Page($first: Int) { organizations(first: $first) { nodes { id name } } }';

test('an operation is held to OPERATION_LIMIT_COST, by each of its values, when it comes again too', async () => {
  const ask = await limited('OPERATION_LIMIT_COST', 151);
  for (let time = 0; time < 3; time += 1) {
    const answer = await ask(PAGE, { first: 50 }, { 'x-query-cost': '1' });
    expect(dataOf(answer).organizations.nodes).toEqual([]);
    expect(answer.extensions).toEqual({ cost: 151, limit: 151 });
    const refused = await ask(PAGE, { first: 51 });
    expect(codesOf(refused)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ cost: 154, limit: 151 });
    expect(refused.errors?.[0]?.message).toContain('at most 151');
  }
});

test('a page is held to PAGE_LIMIT_ROWS by every door, whether it names its size or not', async () => {
  const { as, send } = await startServer({ env: { PAGE_LIMIT_ROWS: '2' } });
  const ada = as('ada');
  for (const name of ['One', 'Two', 'Three']) await createOrganization(ada, { name });
  for (let time = 0; time < 3; time += 1) {
    for (const variables of [{ first: 2 }, {}]) {
      const answer = await ada(PAGE, variables, { 'x-query-cost': '1' });
      expect(dataOf(answer).organizations.nodes).toHaveLength(2);
      expect(answer.extensions?.cost).toBe(1 + 2 * 3);
    }
    const refused = await ada(PAGE, { first: 3 });
    expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
    expect(refused.errors?.[0]?.extensions?.['fields']).toEqual([
      { path: ['first'], message: 'Must be from 0 to 2; it is 3.' },
    ]);
  }
  const headers = { authorization: `Bearer ${await tokenOf('ada')}` };
  const byRest = async (search: string) => send({ headers }, `/api/organisations${search}`);
  expect((await (await byRest('')).json()).data).toHaveLength(2);
  const refused = await byRest('?limit=3');
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('1 to 2')]);
});

test('a trusted document is held to every limit like any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orgtrail-limits-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'documents.json');
  const aliases = OF.DOCUMENT_LIMIT_ALIASES(4);
  writeFileSync(file, JSON.stringify({ aliases, page: PAGE }));
  const { send } = await startServer({
    env: { TRUSTED_DOCUMENTS: file, DOCUMENT_LIMIT_ALIASES: '3', OPERATION_LIMIT_COST: '151' },
  });
  const headers = {
    authorization: `Bearer ${await tokenOf('ada')}`,
    'content-type': 'application/json',
  };
  const post = async (body: object) =>
    (await send({ method: 'POST', headers, body: JSON.stringify(body) })).text();
  for (let time = 0; time < 3; time += 1) {
    expect(await post({ documentId: 'aliases' })).toContain('at most 3 aliases');
    expect(await post({ documentId: 'page', variables: { first: 51 } })).toContain('at most 151');
    expect(await post({ documentId: 'page', variables: { first: 50 } })).toContain('"nodes":[]');
  }
});

test('where every limit is as high as it may be, the heaviest documents are still answered in good order', async () => {
  const { as } = await startServer({ env: HIGHEST });
  const ada = as('ada');
  const repeated = (below: string) => words(44, () => `viewer { ${below} }`);
  for (const document of [
    OF.DOCUMENT_LIMIT_TOKENS(20_000),
    OF.DOCUMENT_LIMIT_DEPTH(49),
    OF.DOCUMENT_LIMIT_NESTING(200),
    OF.DOCUMENT_LIMIT_ALIASES(1000),
    OF.DOCUMENT_LIMIT_DIRECTIVES(100),
    OF.DOCUMENT_LIMIT_FIELDS(1992),
    OF.DOCUMENT_LIMIT_REPEATS(50),
    `{ ${repeated(words(44, () => 'type'))} }`,
    `{ ${words(166, (i) => `a${i}: organizations(first: 100) { nodes { id name } }`)} }`,
  ]) {
    expect((await ada(document)).status).toBe(200);
  }
});
