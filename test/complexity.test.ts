import { GraphQLInt, getNullableType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../src/schema.ts';
import { codesOf, dataOf, startServer, tokenOf } from './support/client.ts';

const server = await startServer();
const ada = server.as('ada');
const limit = server.config.costLimit;

const NESTED = `query($outer: Int, $inner: Int) {
  organizations(first: $outer) { nodes { auditLogs(first: $inner) { nodes { id action } } } }
}`;

/** What a refusal says that its operation costs. */
async function costOf(document: string, variables = {}): Promise<number> {
  const answer = await ada(document, variables);
  expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
  expect(answer.data ?? null).toBeNull();
  const message = answer.errors?.[0]?.message ?? '';
  expect(message).toContain(`at most ${limit} are allowed`);
  const cost = Number(/costs (\d+) points/.exec(message)?.[1]);
  expect(answer.errors?.[0]?.extensions).toMatchObject({ cost, limit });
  return cost;
}

describe('what an operation costs', () => {
  test('depends on sizes and on no other argument: it is kept for the same sizes', () => {
    const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [],
    );
    const counting = fields.filter(
      ({ extensions }) => typeof extensions['complexity'] === 'function',
    );
    expect(counting.length).toBeGreaterThan(10);
    for (const { args, extensions } of counting) {
      const asked: unknown[] = [];
      const given = new Proxy({}, { get: (_target, name) => void asked.push(name) });
      const cost = extensions['complexity'] as (args: object, context: object) => unknown;
      cost(given, { session: { largestPageSize: 100 } });
      const sizes = args.filter(({ type }) => getNullableType(type) === GraphQLInt);
      expect(sizes.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
    }
  });

  test('is a point for each field, times the page sizes around it', async () => {
    // A row of the inner page is id and action; one of the outer page is an inner page.
    const cost = (outer: number, inner: number) => 1 + outer * (2 + inner * 3);
    expect(await costOf(NESTED, { outer: 100, inner: 100 })).toBe(cost(100, 100));
    expect(await costOf(NESTED, { outer: 90, inner: 80 })).toBe(cost(90, 80));
    dataOf(await ada(NESTED, { outer: 60, inner: 100 }));
  });

  test('counts a page without a size as one of 50, and sizes in the text like those in variables', async () => {
    const written = NESTED.replace(/^query\([^)]*\)/, 'query')
      .replace('$outer', '100')
      .replace('$inner', '90');
    expect(await costOf(written)).toBe(await costOf(NESTED, { outer: 100, inner: 90 }));
    const wider = NESTED.replace('action', 'action email');
    const unsized = wider.replace('$outer: Int, ', '').replace('(first: $outer)', '');
    expect(await costOf(unsized, { inner: 100 })).toBe(
      await costOf(wider, { outer: 50, inner: 100 }),
    );
  });

  test('is counted anew for other variables of a query that came before', async () => {
    for (let n = 0; n < 3; n++) dataOf(await ada(NESTED, { outer: 1, inner: 1 }));
    expect(await costOf(NESTED, { outer: 100, inner: 100 })).toBeGreaterThan(limit);
    dataOf(await ada(NESTED, { outer: 1, inner: 1 }));
  });
});

describe('an answer', () => {
  const ASKING = { 'x-query-cost': '1' };

  test('tells its cost to who asks for it: for these values, of a query that came before too', async () => {
    for (const inner of [1, 7, 7, 9]) {
      const { extensions } = await ada(NESTED, { outer: 3, inner }, ASKING);
      expect(extensions).toEqual({ cost: 1 + 3 * (2 + inner * 3), limit });
    }
    for (let n = 0; n < 3; n++) expect(await ada(NESTED)).not.toHaveProperty('extensions');
  });

  test('tells the cost of a mutation, and of the operation that was named', async () => {
    const founded =
      'mutation { createOrganization(input: { name: "C" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
    expect((await ada(founded, {}, ASKING)).extensions).toEqual({ cost: 3, limit });
    const query =
      'query A { __typename } query B { organizations(first: 5) { nodes { ...N } } } fragment N on Organization { id name }';
    for (let n = 0; n < 3; n++) {
      const answer = await server.send({
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf('ada')}`,
          'content-type': 'application/json',
          ...ASKING,
        },
        body: JSON.stringify({ query, operationName: 'B' }),
      });
      expect((await answer.json()).extensions).toEqual({ cost: 1 + 5 * 3, limit });
    }
  });
});
