import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { listen } from '../src/http/listen.ts';
import { codesOf, dataOf, startServer, tokenOf } from './support/client.ts';

const server = await startServer({ env: { CORS_ORIGINS: 'https://app.example.com' } });
const ada = server.as('ada');
const bearer = { authorization: `Bearer ${await tokenOf('ada')}` };
const JSON_TYPE = { 'content-type': 'application/json' };

const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE) =>
  server.send({
    method: 'POST',
    body,
    headers: { ...bearer, ...headers },
    duplex: 'half',
  } as RequestInit);

const outcome = async (response: Response) => {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code };
};

describe('a stranger', () => {
  test.each([
    ['a good document', '{"query":"{ __typename }"}'],
    ['a misspelt document', '{"query":"{ viewr }"}'],
    ['introspection', '{"query":"{ __schema { types { name } } }"}'],
    ['no JSON', '{'],
  ])('is told the same whatever they send: %s', async (_, body) => {
    const response = await server.send({ method: 'POST', body, headers: JSON_TYPE });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="orgtrail"');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Send a bearer token in the Authorization header.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  test('hears of a bad token only that it is invalid or expired', async () => {
    const late = await startServer();
    late.advance(201 * 86_400_000);
    const refusalOf = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await late.send({ method: 'POST', headers, body: '{}' });
      expect(response.status).toBe(401);
      return response.headers.get('www-authenticate');
    };
    const challenge = 'Bearer realm="orgtrail", error="invalid_token", error_description=';
    const expired = `${challenge}"The bearer token is expired."`;
    const invalid = `${challenge}"The bearer token is invalid."`;
    expect(await refusalOf(await tokenOf('ada'))).toBe(expired);
    expect(await refusalOf('not-a-token')).toBe(invalid);
    expect(await refusalOf(`otk_${'a'.repeat(40)}`)).toBe(invalid);
  });

  test('does not get the schema either', async () => {
    expect((await server.send({}, '/schema.graphql')).status).toBe(401);
    const response = await server.send({ headers: bearer }, '/schema.graphql');
    expect(await response.text()).toContain('type Query');
  });
});

describe('a request', () => {
  test.each([
    'text/plain',
    'application/graphql',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    '',
  ])('with the content type %o is refused: a page elsewhere could send it', async (type) => {
    const response = await post('{"query":"{ __typename }"}', { 'content-type': type });
    expect(await outcome(response)).toEqual({ status: 415, code: 'BAD_USER_INPUT' });
  });

  test.each([
    ['no JSON', '{"query": secret'],
    ['a list, since batching is off', '[{"query":"{ __typename }"}]'],
    ['no document', '{"qurey":"{ __typename }"}'],
    ['a key twice', '{"query":"{ __typename }","variables":{"a":1,"a":2}}'],
    [
      'an integer that doubles cannot hold',
      '{"query":"{ __typename }","variables":{"a":9007199254740993}}',
    ],
    [
      'JSON that is nested too deep',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
    ],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
  ])('with %s is refused', async (_, body) => {
    const response = await post(body as string);
    const text = await response.clone().text();
    expect(await outcome(response)).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(text).not.toContain('secret');
  });

  test('may ask by GET, but not change anything', async () => {
    const get = (query: string) =>
      server.send({ headers: bearer }, `/graphql?query=${encodeURIComponent(query)}`);
    expect(await (await get('{ viewer { type } }')).json()).toEqual({
      data: { viewer: { type: 'USER' } },
    });
    const change = 'mutation { createOrganization(input: { name: "by link" }) { __typename } }';
    expect((await get(change)).status).toBe(405);
    expect(dataOf(await ada('{ organizations { totalCount } }')).organizations.totalCount).toBe(0);
  });

  test('by another method is refused', async () => {
    const response = await server.send({
      method: 'PUT',
      headers: { ...bearer, ...JSON_TYPE },
      body: '{}',
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  test('by a method that no Request may have is refused like any other', async () => {
    const listener = await listen(
      { answer: server.server.answer, close: async () => {} },
      { port: 0, host: '127.0.0.1' },
    );
    const status = await new Promise((resolve, reject) => {
      const { port } = listener;
      request({ port, path: '/graphql', method: 'TRACE', headers: bearer }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    await listener.close(0);
    expect(status).toBe(405);
  });

  test('over a mebibyte is refused, unless it records audit logs; nothing over eight is read', async () => {
    const body = (document: string, bytes: number) =>
      JSON.stringify({
        query: `mutation($x: String) { ${document} }`,
        variables: { x: 'x'.repeat(bytes) },
      });
    const update = 'updateOrganization(input: { name: $x }) { __typename }';
    const record =
      'recordAuditLogs(input: { events: [{ action: $x, scope: COST }] }) { __typename }';
    expect((await post(body(update, 1_000_000))).status).toBe(200);
    expect(await outcome(await post(body(update, 1_100_000)))).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect((await post(body(record, 1_100_000))).status).toBe(200);
    expect(await outcome(await post(body(record, 8_400_000)))).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  test('that hides its length is counted all the same', async () => {
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const response = await post(stream);
    expect(await outcome(response)).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(sent).toBeLessThan(30_000_000);
  });
});

describe('a document', () => {
  const wide = (n: number, field: (i: number) => string) =>
    `{ ${Array.from({ length: n }, (_, i) => field(i)).join(' ')} }`;
  test.each([
    [
      '13 levels',
      `{ viewer ${'{ organizations { nodes '.repeat(6)}{ id } ${'} }'.repeat(6)} }`,
      'levels',
    ],
    ['31 aliases', wide(31, (i) => `a${i}: __typename`), 'aliases'],
    ['one field six times', wide(6, () => 'viewer { type }'), '5 times'],
    [
      'one field six times by fragments',
      `${wide(3, () => '...F')} fragment F on Query { viewer { type } ...G } fragment G on Query { viewer { type } }`,
      '5 times',
    ],
    ['1,900 brackets in each other', `{ node(id: ${'['.repeat(1_900)}1`, '64 levels of brackets'],
    ['six directives', wide(6, (i) => `a${i}: __typename @include(if: true)`), 'directives'],
    ['2,001 tokens', wide(2_001, () => 'x'), 'tokens'],
    [
      '280 fields in 40 lines',
      `${wide(5, () => 'viewer { ...V }')}
       fragment V on Viewer ${wide(5, () => 'user { ...U }')}
       fragment U on User ${wide(5, () => 'id email')}`,
      '250 fields',
    ],
  ])('with %s is refused by the name of the limit', async (_, document, limit) => {
    const answer = await ada(document);
    expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(answer.errors?.[0]?.message).toContain(limit);
  });

  test('that spreads a fragment in itself is refused, and ends', async () => {
    const answer = await ada(
      '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F viewer { type } }',
    );
    expect(codesOf(answer)[0]).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('with 30,000 unknown keys in a variable costs no more than reading them', async () => {
    const input = {
      name: 'x',
      ...Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`unknown${i}`, i])),
    };
    const document =
      'mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) { __typename } }';
    const answer = await ada(document, { input });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.extensions?.['fields']).toHaveLength(10);
    expect(JSON.stringify(answer.errors).length).toBeLessThan(3_000);
  });
});

describe('every answer', () => {
  test.each(['/graphql', '/health', '/ready', '/nowhere', '/', '/schema.graphql'])(
    'of %s is strict with browsers and bears its request id',
    async (path) => {
      const { headers } = await server.send({ headers: { 'x-request-id': 'a-sane-id-1' } }, path);
      expect(headers.get('x-request-id')).toBe('a-sane-id-1');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  test.each(['short', 'with spaces in it', 'a'.repeat(129)])(
    'gets an id of ours where %o was sent',
    async (given) => {
      const { headers } = await server.send({ headers: { 'x-request-id': given } }, '/health');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('names a listed origin, never another, never a wildcard, never credentials', async () => {
    const preflight = async (origin: string) =>
      (
        await server.send({
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        })
      ).headers;
    const listed = await preflight('https://app.example.com');
    expect(listed.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(listed.get('access-control-allow-headers')).toContain('authorization');
    expect(listed.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'null']) {
      expect((await preflight(origin)).get('access-control-allow-origin')).toBeNull();
    }
    expect(listed.get('vary')).toBe('Origin');
  });
});

describe('the routes', () => {
  test('say that the server lives and is ready, and send browsers to GraphiQL', async () => {
    expect((await server.send({}, '/health')).status).toBe(200);
    expect((await server.send({}, '/ready')).status).toBe(200);
    const root = await server.send({}, '/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
    const nowhere = await server.send({}, '/nowhere');
    expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });

  test.each([
    `/<script>alert(1)</script>`,
    `/api/audit-logs?limit=<script>alert(1)</script>`,
    `/graphql?query=<script>alert(1)</script>`,
  ])('answer %s with nothing that a browser would run', async (path) => {
    const response = await server.send({ headers: { ...bearer, accept: '*/*' } }, path);
    expect(response.headers.get('content-type')).toMatch(
      /^application\/(problem\+|graphql-response\+)?json/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

test('closing waits for what is under way, and /ready says so', async () => {
  const other = await startServer();
  const ended: string[] = [];
  const body = '{"query":"{ viewer { type } }"}';
  const underWay = other
    .send({ method: 'POST', body, headers: { ...bearer, ...JSON_TYPE } })
    .then((response) => ended.push(`answered ${response.status}`));
  const closed = other.server.close().then(() => ended.push('closed'));
  expect((await other.send({}, '/ready')).status).toBe(503);
  await Promise.all([underWay, closed]);
  expect(ended).toEqual(['answered 200', 'closed']);
});

test('without introspection a typo is answered without a suggestion, in every phase', async () => {
  const closed = await startServer({ env: { INTROSPECTION: 'off' } });
  const eve = closed.as('eve');
  const document =
    'mutation($i: CreateOrganizationInput!) { createOrganization(input: $i) { __typename } }';
  for (const answer of [
    await eve('{ viewr { type } }'),
    await eve(document, { i: { nam: 'x' } }),
    await eve('query($s: ProductScope!) { auditActions(scopes: [$s]) { action } }', { s: 'COSTS' }),
    await eve('{ auditActions(scopes: [COSTS]) { action } }'),
    await eve('{ __schema { queryType { name } } }'),
  ]) {
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer.errors)).not.toContain('Did you mean');
  }
  expect(dataOf(await eve('{ __typename }'))).toEqual({ __typename: 'Query' });
  expect((await closed.send({ headers: bearer }, '/schema.graphql')).status).toBe(404);
});
