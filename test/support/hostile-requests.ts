import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Data } from './client.ts';
import { damaged, disturbed, oddText, oddValue } from './odd-json.ts';
import type { Sent } from './wire.ts';

/** What someone who is allowed in has to name. */
export interface Known {
  readonly token: string;
  readonly secret: string;
  readonly organizationId: string;
  readonly logId: string;
  readonly cursor: string;
}

/** One hostile request, and what kind it is. */
export interface Hostile {
  readonly kind: string;
  readonly sent: Sent;
}

const JSON_TYPE = { 'content-type': 'application/json' };
export const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' };

const LIST =
  'query List($first: Int, $after: String, $last: Int, $before: String, $filter: AuditLogFilter, $query: String, $orderBy: AuditLogOrder, $asOf: SafeInt, $id: ID) { auditLogs(first: $first, after: $after, last: $last, before: $before, filter: $filter, query: $query, orderBy: $orderBy, asOf: $asOf, organizationId: $id) { totalCount nodes { id sequence metadata changes { from to } } pageInfo { endCursor } } }';
const RECORD =
  'mutation Record($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { __typename ... on Error { code } ... on RecordAuditLogsSuccess { receipts { status errors { path message } } } } }';
const CREATE =
  'mutation Create($input: CreateResourceInput!) { createResource(input: $input) { __typename ... on InvalidInputError { fields { path message } } } }';
const SETTINGS =
  'mutation Settings($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename ... on InvalidInputError { fields { path message } } } }';
const NODES =
  'query Nodes($ids: [ID!]!, $at: DateTime!, $id: ID!) { nodes(ids: $ids) { __typename id } organizationAt(id: $id, at: $at) { name } viewer { type } }';

const FILTER = {
  ...{ actions: ['a.*'], notActions: ['b.c'], emails: ['ada@example.com'], scopes: ['COST'] },
  ...{ outcomes: ['SUCCESS'], actorTypes: ['USER'], resourceUIDs: ['x'], search: 'thing' },
  createdAt: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
};
const EVENT = {
  ...{ scope: 'COST', action: 'noise.made', email: 'ada@example.com', outcome: 'FAILURE' },
  ...{ actor: { type: 'SERVICE', id: 'x', name: 'y' }, details: 'noise', ip: '192.0.2.1' },
  ...{ resourceType: 'noise', resourceUID: 'noise', metadata: { a: [1, { b: null }] } },
  ...{ changes: [{ path: 'p', from: 1, to: { a: 'b' } }], createdAt: '2026-01-01T00:00:00Z' },
};

/** Requests to GraphQL that are right; the hostile ones are made of them. */
const rightRequests = ({ organizationId, logId, cursor }: Known): readonly Data[] => [
  { query: LIST, variables: { first: 2, filter: FILTER, after: cursor, query: 'action:a.* -x' } },
  { query: LIST, variables: { last: 2, before: cursor, id: organizationId, asOf: 1 } },
  { query: LIST, variables: { first: 9, orderBy: { field: 'SEQUENCE', direction: 'ASC' } } },
  { query: RECORD, variables: { input: { organizationId, events: [EVENT, EVENT] } } },
  {
    query: CREATE,
    variables: { input: { name: 'n', resourceUID: 'u', scope: 'COST', type: 't' } },
  },
  { query: SETTINGS, variables: { input: { metadata: { a: 1 }, expectedVersion: 0 } } },
  {
    query: NODES,
    variables: { ids: [logId], at: '2026-01-01T00:00:00Z', id: organizationId },
    operationName: 'Nodes',
  },
];

/** The words of the language, and some that are none. */
const TOKENS: readonly string[] = [
  ...['{', '}', '(', ')', '[', ']', ':', '!', '$', '=', '@', '|', '&', '...', '"', '"""', '#', ','],
  ...[
    'query',
    'mutation',
    'subscription',
    'fragment',
    'on',
    'null',
    'true',
    '__typename',
    '__schema',
  ],
  ...['viewer', 'type', 'node', 'id', 'auditLogs', 'first', '$a', '@include(if: true)', '@defer'],
  ...[
    '... on Viewer',
    '...F',
    'fragment F on Query { ...F }',
    '-1',
    '1e999',
    '99999999999',
    '\u0000',
  ],
  ...[
    '\ufeff',
    '\ud800',
    '"\\u{110000}"',
    '"\\ud800"',
    '0x1',
    'a1: viewer { type }',
    '{ a: { b: 1 } }',
  ],
];

const documentText = (known: Known): fc.Arbitrary<string> => {
  const right = rightRequests(known).map(({ query }) => query.split(/\b/) as string[]);
  return fc.oneof(
    fc
      .array(fc.constantFrom(...TOKENS), { maxLength: 60, size: 'max' })
      .map((all) => all.join(' ')),
    fc
      .tuple(fc.constantFrom(...right), fc.nat(), fc.nat(4), fc.constantFrom(...TOKENS))
      .map(([words, at, count, word]) => words.toSpliced(at % words.length, count, word).join('')),
    fc.nat(3_000).map((depth) => '{viewer'.repeat(depth)),
    fc.nat(3_000).map((depth) => `{ node(id: ${'['.repeat(depth)}1${']'.repeat(depth)}) { id } }`),
    fc.nat(3_000).map((count) => `{ ${'viewer { type } '.repeat(count)} }`),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
};

const HEADER_NAMES = [
  ...['content-type', 'accept', 'x-organization-id', 'x-request-id', 'x-forwarded-for', 'origin'],
  ...['accept-encoding', 'content-encoding', 'authorization', 'user-agent', 'cookie', 'range'],
  ...['if-none-match', 'expect', 'te', 'x-http-method-override', 'forwarded', 'accept-language'],
];
const HEADER_VALUES = [
  ...['', ' ', '*/*', 'application/json', 'application/json; charset=utf-16', 'text/html', 'gzip'],
  ...['application/graphql-response+json', 'multipart/mixed', 'multipart/form-data; boundary=x'],
  ...['Bearer ', 'Bearer null', 'Basic YTpi', 'Bearer a.b.c', 'otk_', 'gzip;q=0', 'br, gzip;q=1e9'],
  ...['org_01h455vb4pex5vsknk084sn02q', '192.0.2.1, ::1, x', 'application/x-ndjson', 'deflate'],
  ...[
    'application/json, application/json',
    'q=;;;=',
    `x/${'y'.repeat(4_000)}`,
    '%00',
    '\'"<script>',
  ],
];

const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(...HEADER_NAMES.filter((name) => name !== 'expect')),
  fc.oneof(
    fc.constantFrom(...HEADER_VALUES),
    fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~')),
  ),
  { maxKeys: 3 },
);

/** Credentials, of which most are not. */
const token = ({ token, secret }: Known): fc.Arbitrary<string> => {
  const part = fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  const [head = '', claims = '', signature = ''] = token.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  return fc.oneof(
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    fc.constantFrom(
      `${none}.${claims}.`,
      `${head}.${claims}`,
      `${head}.${claims}.${signature}.x`,
      '',
    ),
    oddValue.map((odd) =>
      [
        Buffer.from(JSON.stringify(odd) ?? '')
          .toString('base64url')
          .slice(0, 9_000),
        claims,
        signature,
      ].join('.'),
    ),
    fc.tuple(fc.nat(), part).map(([at, more]) => token.slice(0, at % token.length) + more),
    fc.tuple(fc.nat(), part).map(([at, more]) => secret.slice(0, at % secret.length) + more),
    fc.nat(12_000).map((length) => 'e'.repeat(length)),
  );
};

const REST_PATHS = [
  ...['/api/organisations', '/api/organisation', '/api/audit-logs', '/api/audit-logs/export'],
  ...['/api/openapi.json', '/schema.graphql', '/health', '/ready', '/', '/graphql', '/api/nothing'],
];
const PARAMETERS = [
  ...['page', 'limit', 'cursor', 'include', 'action', 'email', 'resourceUID', 'actorType', 'from'],
  ...[
    'to',
    'search',
    'format',
    'snapshot',
    'evidence',
    'previousSize',
    'organizationId',
    'graceDays',
  ],
  ...[
    'confirmName',
    'query',
    'variables',
    'extensions',
    'operationName',
    'defaultScope',
    '__proto__',
  ],
];

const parameterValue = ({ cursor, organizationId }: Known): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      ...[
        cursor,
        organizationId,
        '1',
        '0',
        '-1',
        '1e3',
        '99999999999999999999',
        'csv',
        'ndjson',
        '',
      ],
      ...[
        '%',
        '%zz',
        '%00',
        '%ff',
        '%C0%AF',
        '../../etc/passwd',
        '2026-01-01T00:00:00Z',
        'a.*',
        '*',
      ],
      ...[
        '{__typename}',
        '{"a":',
        'cost,scheduling',
        '2026-02-30',
        'x'.repeat(3_000),
        '%F0%9F%98%80',
      ],
    ),
    fc
      .tuple(fc.nat(), fc.string({ maxLength: 8 }))
      .map(([at, more]) =>
        encodeURIComponent(cursor.slice(0, at % cursor.length) + more.toWellFormed()),
      ),
    fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => encodeURIComponent(text.toWellFormed())),
  );

const parameters = (known: Known): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...PARAMETERS), parameterValue(known)), { maxLength: 4 })
    .map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'));

/** Paths below /tlog/: tiles that are and are not, and what tries to climb out. */
const tlogPath = ({ organizationId }: Known): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(organizationId, 'org_0', '', '..', '%2e%2e', '%00', '*'),
      fc.array(
        fc.constantFrom(
          ...[
            'tile',
            '0',
            '1',
            '-1',
            '000',
            'x000',
            '001',
            '000.p',
            '1',
            '255',
            '256',
            'checkpoint',
          ],
          ...[
            '..',
            '.',
            '',
            '%2f',
            '%00',
            '63',
            '64',
            '99999999999999999999',
            'data',
            'entries',
            '%ff',
          ],
        ),
        { maxLength: 7 },
      ),
    )
    .map(([id, parts]) => `/tlog/${[id, ...parts].join('/')}`);

/** Methods that are known to HTTP; DELETE of what the test stands on is not among them. */
const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'];

const NONE = new Uint8Array(0);

/** Every kind of hostile request that is proper HTTP. */
export function hostileRequest(known: Known): fc.Arbitrary<Hostile> {
  const signed = {
    authorization: `Bearer ${known.token}`,
    'x-organization-id': known.organizationId,
  };
  const right = fc.constantFrom(...rightRequests(known));
  const post = (body: Uint8Array, more: Record<string, string> = {}, path = '/graphql'): Sent => ({
    ...{ method: 'POST', path, body },
    headers: { ...signed, ...JSON_TYPE, ...more },
  });
  const jsonOf = (value: Data) => Buffer.from(JSON.stringify(value) ?? '');
  const recording = fc.tuple(
    fc.array(
      fc.oneof(
        disturbed(EVENT).map((one) => jsonOf(one)),
        oddText.map((one) => Buffer.from(one)),
      ),
      {
        maxLength: 6,
      },
    ),
    fc.constantFrom('\n', '\r\n', '\n\n', ','),
    fc.constantFrom(NDJSON_TYPE, JSON_TYPE),
  );
  const unpacked = recording.map(([lines, end, type]) => ({
    body: Buffer.concat(lines.flatMap((line) => [line, Buffer.from(end)])),
    type,
  }));
  const kinds: Record<string, fc.Arbitrary<Sent>> = {
    'variables disturbed': right.chain(disturbed).map((value) => post(jsonOf(value))),
    'body damaged': right.chain((value) => damaged(jsonOf(value))).map((body) => post(body)),
    'body odd': oddText.map((text) => post(Buffer.from(text))),
    'document odd': documentText(known).map((query) => post(jsonOf({ query }))),
    headers: fc.tuple(right, headers).map(([value, more]) => post(jsonOf(value), more)),
    token: token(known).map((text) =>
      post(jsonOf({ query: '{ viewer { type } }' }), {
        authorization: `Bearer ${text}`,
      }),
    ),
    'events damaged': unpacked
      .chain(({ body, type }) => damaged(body).map((bytes) => ({ bytes, type })))
      .map(({ bytes, type }) => post(bytes, type, '/api/audit-logs')),
    'events packed': unpacked
      .chain(({ body, type }) => damaged(gzipSync(body)).map((bytes) => ({ bytes, type })))
      .map(({ bytes, type }) =>
        post(bytes, { ...type, 'content-encoding': 'gzip' }, '/api/audit-logs'),
      ),
    parameters: fc
      .tuple(
        fc.constantFrom(...METHODS),
        fc.constantFrom(...REST_PATHS),
        parameters(known),
        headers,
      )
      .map(([method, path, search, more]) => ({
        ...{ method, path: `${path}?${search}`, body: NONE },
        headers: { ...signed, ...more },
      })),
    'organization by REST': fc
      .tuple(fc.constantFrom('/api/organisations', '/api/organisation'), disturbed(ORGANIZATION))
      .map(([path, value]) => ({
        ...post(jsonOf(value), {}, path),
        method: path.endsWith('s') ? 'POST' : 'PUT',
      })),
    tlog: tlogPath(known).map((path) => ({ method: 'GET', path, headers: signed, body: NONE })),
  };
  return fc.oneof(
    ...Object.entries(kinds).map(([kind, sent]) => sent.map((one) => ({ kind, sent: one }))),
  );
}

const ORGANIZATION = {
  ...{ name: 'Of the fuzz', metadata: { a: 1 }, expectedVersion: 0 },
  settings: { timezone: 'UTC', membersMayReadAuditLog: true },
};

/** Bytes that are nearly HTTP. */
export const hostileBytes = ({ token }: Known): fc.Arbitrary<Uint8Array> => {
  const head = (lines: readonly string[], body = '') =>
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const signed = ['Host: x', 'Connection: close', `Authorization: Bearer ${token}`];
  const body = '{"query":"{__typename}"}';
  const right = [
    head(['GET /health HTTP/1.1', ...signed]),
    head(
      [
        'POST /graphql HTTP/1.1',
        ...signed,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ],
      body,
    ),
    head(
      [
        'POST /graphql HTTP/1.1',
        ...signed,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
      ],
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ),
    head(
      [
        'POST /api/audit-logs HTTP/1.1',
        ...signed,
        'Content-Type: application/x-ndjson',
        'Transfer-Encoding: chunked',
      ],
      'fffffff\r\n{}',
    ),
    head(['POST /graphql HTTP/1.1', ...signed, 'Content-Length: 24', 'Content-Length: 5'], body),
    head(
      ['POST /graphql HTTP/1.1', ...signed, 'Content-Length: 24', 'Transfer-Encoding: chunked'],
      body,
    ),
    head(['GET http://[::1/ HTTP/1.1', ...signed]),
    head(['GET //\\%00 HTTP/1.1', 'Host: a b', 'Connection: close']),
    head(['OPTIONS * HTTP/1.1', ...signed]),
    head(['CONNECT x:1 HTTP/1.1', ...signed]),
    head(['GET / HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket', 'Host: x']),
    head(['GET / HTTP/1.1', ...signed, `X-Long: ${'x'.repeat(20_000)}`]),
  ];
  return fc.constantFrom(...right).chain(damaged);
};
