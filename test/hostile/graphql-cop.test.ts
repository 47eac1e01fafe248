import { expect, test } from 'vitest';
import { type Data, startServer, tokenOf } from '../support/client.ts';

/** As it is run in production, by a caller who is signed in: strangers get no further than 401. */
const server = await startServer({ env: { INTROSPECTION: 'off', GRAPHIQL: 'off' } });
const authorization = `Bearer ${await tokenOf('eve')}`;

interface Heard {
  readonly status: number;
  readonly text: string;
  readonly body: Data;
}

async function hear(init: RequestInit, path = '/graphql'): Promise<Heard> {
  const response = await server.send(init, path);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
}

const post = (body: unknown) =>
  hear({
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const get = (query: string, headers: Record<string, string> = { authorization }) =>
  hear({ headers }, `/graphql?query=${encodeURIComponent(query)}`);

const times = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');

const CIRCLE = `{ __schema { types { ${'fields { type { '.repeat(4)} name ${'} }'.repeat(4)} } } }`;
const PAGES = ['/', '/graphiql', '/playground', '/console', '/altair', '/graphql'];

/** The checks of graphql-cop: each asks, and says whether it would report what it heard. */
const CHECKS: Readonly<Record<string, () => Promise<boolean>>> = {
  'Alias Overloading': async () =>
    !!(await post({ query: `query cop { ${times(101, (n) => `alias${n}: __typename`)} }` })).body
      .data,
  'Array-based Query Batching': async () =>
    Array.isArray((await post(Array(10).fill({ query: 'query cop { __typename }' }))).body),
  'Circular Introspection': async () => !!(await post({ query: `query cop ${CIRCLE}` })).body.data,
  'Directive Overloading': async () =>
    (await post({ query: `query cop { __typename ${'@aa'.repeat(10)} }` })).body.errors.length >=
    10,
  'Field Duplication': async () =>
    !!(await post({ query: `query cop { ${'__typename '.repeat(500)} }` })).body.data,
  'Field Suggestions': async () =>
    /did you mean/i.test((await post({ query: 'query cop { __schema { directive } }' })).text),
  'GET based Mutation': async () => (await get('mutation cop { __typename }')).status !== 405,
  // Asked as a page elsewhere could: a browser adds no bearer token by itself.
  'GET based Query': async () => (await get('query cop { __typename }', {})).status !== 401,
  'POST based CSRF': async () => {
    const form = new URLSearchParams({ query: 'query cop { __typename }' });
    const heard = await hear({ method: 'POST', headers: { authorization }, body: form });
    return heard.status !== 415 || !!heard.body.data;
  },
  'GraphQL IDE': async () => {
    const headers = { authorization, accept: 'text/html' };
    const pages = await Promise.all(PAGES.map((path) => hear({ headers }, path)));
    return pages.some(({ text }) => /graphiql|playground|altair/i.test(text));
  },
  Introspection: async () =>
    !!(await post({ query: 'query cop { __schema { types { name } } }' })).body.data,
  'Trace Mode': async () =>
    /tracing/i.test((await post({ query: 'query cop { __typename }' })).text),
  'Unhandled Errors': async () =>
    /exception|stacktrace/i.test((await post({ query: 'qwerty cop { abc }' })).text),
};

test.each(Object.keys(CHECKS))('graphql-cop has nothing to report: %s', async (name) => {
  expect(await CHECKS[name]?.()).toBe(false);
});
