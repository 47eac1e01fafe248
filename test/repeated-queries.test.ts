import { describe, expect, test } from 'vitest';
import { startServer, tokenOf } from './support/client.ts';

const QUERY = `query Names($first: Int) { organizations(first: $first) { totalCount nodes { id name settings { timezone } } } viewer { type } }`;

const setUp = async () => {
  const server = await startServer();
  const { data } = await server.as('ada')(
    'mutation { createOrganization(input: { name: "Ada’s" }) { ... on CreateOrganizationSuccess { organization { id } } } }',
  );
  const id: string = data.createOrganization.organization.id;
  const send = async (body: object | string, more: Record<string, string> = {}, name = 'ada') => {
    const response = await server.send({
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenOf(name)}`,
        'content-type': 'application/json',
        'x-request-id': 'the-same-for-all',
        ...more,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const headers = [...response.headers].sort();
    return { status: response.status, headers, text: await response.text() };
  };
  return { ...server, id, send };
};

describe('a query that comes again', () => {
  test.each([
    ['no Accept header', {}],
    ['JSON', { accept: 'application/json' }],
    ['GraphQL responses', { accept: 'application/graphql-response+json' }],
    [
      'what urql sends',
      { accept: 'application/graphql-response+json, application/json, text/event-stream' },
    ],
    ['anything', { accept: 'text/html;q=0.9, */*' }],
    ['what its cost is', { 'x-query-cost': '1' }],
    ['a stream of events', { accept: 'text/event-stream' }],
    ['pictures', { accept: 'image/png' }],
  ])('is answered as at first, byte for byte: %s', async (_name, headers) => {
    const { send } = await setUp();
    const asked = { query: QUERY, variables: { first: 3 } };
    const first = await send(asked, headers);
    for (let time = 0; time < 3; time += 1) expect(await send(asked, headers)).toEqual(first);
  });

  test('is refused as at first, byte for byte, by whatever rule', async () => {
    const { send, id } = await setUp();
    await send({ query: QUERY, variables: { first: 3 } });
    await send({ query: QUERY, variables: { first: 3 } });
    for (const variables of [
      { first: 101 },
      { first: 'many' },
      { first: 1, last: 2 },
      { first: { deep: true } },
    ]) {
      const asked = { query: QUERY, variables };
      const fresh = { ...asked, query: `${QUERY} ` };
      expect(await send(asked)).toEqual(await send(fresh));
    }
    const page = `query Page($id: ID!, $filter: AuditLogFilter) { organization(id: $id) { name auditLogs(filter: $filter) { totalCount } } }`;
    const good = { query: page, variables: { id, filter: { actions: ['organization.created'] } } };
    await send(good);
    expect(JSON.parse((await send(good)).text).data.organization.auditLogs.totalCount).toBe(1);
    for (const variables of [
      { id, filter: { actionz: ['x'] } },
      { id, filter: { actions: ['x*'] } },
      { id: 'nonsense' },
      {},
    ]) {
      const asked = { query: page, variables };
      expect(await send(asked)).toEqual(await send({ ...asked, query: `${page} ` }));
    }
    const odd = { ...good, extensions: { any: 1 }, unknown: 2 };
    expect(await send(odd)).toEqual(await send({ ...odd, query: `${page}  ` }));
  });

  test('costs what it costs at first, by the sizes that it is asked with, and is refused past the limit', async () => {
    const { send } = await setUp();
    const query = `query Sizes($outer: Int = 2, $inner: Int) { organizations(first: $outer) { nodes { auditLogs(first: $inner) { nodes { id action } } } } }`;
    const sizes = [
      ...[{}, { outer: null }, { outer: 3 }, { inner: 4 }, { outer: 3, inner: 2 }],
      ...[{ outer: 2, inner: 3 }, { outer: 100, inner: 100 }, { outer: 100 }, { inner: 100 }],
    ];
    const ask = (text: string, variables: object) =>
      send({ query: text, variables }, { 'x-query-cost': '1' });
    const fresh = [];
    for (const [at, variables] of sizes.entries()) {
      fresh.push(await ask(`${query}${' '.repeat(at + 1)}`, variables));
    }
    expect(new Set(fresh.map(({ text }) => text)).size).toBe(sizes.length);
    expect(fresh.some(({ text }) => text.includes('QUERY_TOO_COMPLEX'))).toBe(true);
    for (let time = 0; time < 3; time += 1) {
      for (const [at, variables] of sizes.entries()) {
        expect(await ask(query, variables)).toEqual(fresh[at]);
      }
    }
  });

  test('is refused in a body over the limit, though it came before', async () => {
    const { send } = await setUp();
    const asked = JSON.stringify({ query: QUERY, variables: { first: 3 } });
    for (let time = 0; time < 3; time += 1) expect((await send(asked)).status).toBe(200);
    const wide = await send(`${asked}${' '.repeat(1_048_576)}`);
    expect([wide.status, JSON.parse(wide.text).errors[0].extensions.code]).toEqual([
      ...[413, 'PAYLOAD_TOO_LARGE'],
    ]);
  });

  test('shows each caller their own: what was compiled for one says nothing to another', async () => {
    const { send, id } = await setUp();
    const asked = {
      query: 'query One($id: ID!) { organization(id: $id) { name } }',
      variables: { id },
    };
    await send(asked);
    expect(JSON.parse((await send(asked)).text).data.organization.name).toBe('Ada’s');
    expect(JSON.parse((await send(asked, {}, 'eve')).text).data.organization).toBeNull();
    const stranger = await send(asked, { authorization: 'Bearer nothing' });
    expect(stranger.status).toBe(401);
  });
});
