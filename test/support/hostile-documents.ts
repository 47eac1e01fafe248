import fc from 'fast-check';
import type { Data } from './client.ts';

/** What someone who is allowed in has to name. */
export interface Known {
  readonly token: string;
  readonly secret: string;
  readonly organizationId: string;
  readonly logId: string;
  readonly cursor: string;
}

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
/** An event that is right. */
export const EVENT = {
  ...{ scope: 'COST', action: 'noise.made', email: 'ada@example.com', outcome: 'FAILURE' },
  ...{ actor: { type: 'SERVICE', id: 'x', name: 'y' }, details: 'noise', ip: '192.0.2.1' },
  ...{ resourceType: 'noise', resourceUID: 'noise', metadata: { a: [1, { b: null }] } },
  ...{ changes: [{ path: 'p', from: 1, to: { a: 'b' } }], createdAt: '2026-01-01T00:00:00Z' },
};

/** Requests to GraphQL that are right; the hostile ones are made of them. */
export const rightRequests = ({ organizationId, logId, cursor }: Known): readonly Data[] => [
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

/** Texts that are nearly documents. */
export const documentText = (known: Known): fc.Arbitrary<string> => {
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
