import { expect, test } from 'vitest';
import { auditLogIdAt, auditLogIdBytes } from '../src/kernel/audit-log-id.ts';
import type { AuditLogId } from '../src/kernel/ids.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';
import { withoutGuards } from './support/unguarded.ts';

const { as, query, database } = await startServer();
const ada = as('ada');

const LIST = /* GraphQL */ `
  query List($id: ID!, $filter: AuditLogFilter, $orderBy: AuditLogOrder, $first: Int, $after: String, $last: Int, $before: String) {
    auditLogs(organizationId: $id, filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      totalCount totalCountIsCapped
      nodes { sequence action details email createdAt }
      edges { cursor node { sequence } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const INSTANT = '2025-03-15T10:30:00.000Z';

const events = [
  {
    action: 'schedule.created',
    scope: 'SCHEDULING',
    email: 'Admin@Company.com',
    resourceUID: 'sch_1',
    details: "Created schedule 'Business Hours'",
  },
  {
    action: 'scheduler.started',
    scope: 'SCHEDULING',
    actor: { type: 'SERVICE', name: 'scheduler' },
  },
  {
    action: 'schedule.deleted',
    scope: 'SCHEDULING',
    email: 'admin@company.com',
    outcome: 'FAILURE',
    details: 'STRASSE 100% _done_',
  },
  {
    action: 'budget.exceeded',
    scope: 'COST',
    actor: { type: 'SYSTEM' },
    details: 'Budget ÄÖÜ İstanbul',
  },
  { action: 'Schedule.created', scope: 'DEPLOYMENT', email: 'bob@company.com', outcome: 'DENIED' },
].map((event, index) => ({
  ...event,
  createdAt: index < 3 ? INSTANT : `2025-03-1${index + 3}T00:00:00Z`,
}));

const organization = await createOrganization(ada, { name: 'Filters' });
const { id } = organization;
expect((await record(ada, id, events)).recordedCount).toBe(5);

const actionsBy = async (filter: object): Promise<string[]> =>
  dataOf(
    await ada(LIST, { id, filter, orderBy: { field: 'SEQUENCE', direction: 'ASC' } }),
  ).auditLogs.nodes.map(({ action }: Data) => action);

test.each([
  ['an exact action, whose case counts', { actions: ['schedule.created'] }, ['schedule.created']],
  [
    'a prefix, which ends at its dot',
    { actions: ['schedule.*'] },
    ['schedule.created', 'schedule.deleted'],
  ],
  [
    'several actions',
    { actions: ['budget.exceeded', 'schedule.*'] },
    ['schedule.created', 'schedule.deleted', 'budget.exceeded'],
  ],
  [
    'actions left out',
    { notActions: ['schedule.*', 'organization.created'] },
    ['scheduler.started', 'budget.exceeded', 'Schedule.created'],
  ],
  [
    'an email in any case',
    { emails: ['ADMIN@company.COM'] },
    ['schedule.created', 'schedule.deleted'],
  ],
  [
    'emails left out, with entries that have none',
    { notEmails: ['admin@company.com', 'ada@example.com'] },
    ['scheduler.started', 'budget.exceeded', 'Schedule.created'],
  ],
  [
    'two scopes together',
    { scopes: ['COST', 'DEPLOYMENT'] },
    ['budget.exceeded', 'Schedule.created'],
  ],
  ['a resource', { resourceUIDs: ['sch_1'] }, ['schedule.created']],
  [
    'kinds of actors',
    { actorTypes: ['SERVICE', 'SYSTEM'] },
    ['scheduler.started', 'budget.exceeded'],
  ],
  ['outcomes', { outcomes: ['FAILURE', 'DENIED'] }, ['schedule.deleted', 'Schedule.created']],
  ['text in details, whatever the case', { search: 'business' }, ['schedule.created']],
  ['text whose signs mean themselves', { search: '100% _D' }, ['schedule.deleted']],
  ['text beyond ASCII', { search: 'äöü' }, ['budget.exceeded']],
  [
    'filters together, which all must hold',
    { scopes: ['SCHEDULING'], emails: ['admin@company.com'], outcomes: ['FAILURE'] },
    ['schedule.deleted'],
  ],
  ['an address that nobody used', { emails: ['nobody@company.com'] }, []],
  [
    'empty lists, which restrict nothing',
    { actions: [], scopes: [], emails: [] },
    ['organization.created', ...events.map(({ action }) => action)],
  ],
  [
    'a span whose start is in and whose end is out',
    { createdAt: { from: INSTANT, to: '2025-03-16T00:00:00Z' } },
    ['schedule.created', 'scheduler.started', 'schedule.deleted'],
  ],
  [
    'an open span',
    { createdAt: { to: '2025-03-15T10:30:00.001Z' } },
    ['schedule.created', 'scheduler.started', 'schedule.deleted'],
  ],
])('a filter by %s', async (_name, filter, expected) => {
  expect(await actionsBy(filter)).toEqual(expected);
});

test('without an order it is newest first by when it occurred, and one instant follows the sequence', async () => {
  const { auditLogs } = dataOf(await ada(LIST, { id }));
  expect(auditLogs.nodes.map(({ sequence }: Data) => sequence)).toEqual([1, 6, 5, 4, 3, 2]);
  expect(auditLogs.totalCount).toBe(6);
  expect(auditLogs.totalCountIsCapped).toBe(false);
});

test.each([
  ['CREATED_AT', 'DESC', [1, 6, 5, 4, 3, 2]],
  ['CREATED_AT', 'ASC', [2, 3, 4, 5, 6, 1]],
  ['SEQUENCE', 'DESC', [6, 5, 4, 3, 2, 1]],
  ['SEQUENCE', 'ASC', [1, 2, 3, 4, 5, 6]],
])(
  'ordered by %s %s, pages of two in either direction meet each entry once',
  async (field, direction, expected) => {
    const orderBy = { field, direction };
    const forward: number[] = [];
    const backward: number[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { auditLogs }: Data = dataOf(await ada(LIST, { id, orderBy, first: 2, after }));
      forward.push(...auditLogs.nodes.map(({ sequence }: Data) => sequence));
      expect(auditLogs.pageInfo.hasPreviousPage).toBe(after !== null);
      expect(auditLogs.pageInfo.startCursor).toBe(auditLogs.edges[0].cursor);
      after = auditLogs.pageInfo.endCursor;
      more = auditLogs.pageInfo.hasNextPage;
    }
    for (let before: string | null = null, more = true; more; ) {
      const { auditLogs }: Data = dataOf(await ada(LIST, { id, orderBy, last: 2, before }));
      backward.unshift(...auditLogs.nodes.map(({ sequence }: Data) => sequence));
      before = auditLogs.pageInfo.startCursor;
      more = auditLogs.pageInfo.hasPreviousPage;
    }
    expect(forward).toEqual(expected);
    expect(backward).toEqual(expected);
  },
);

test.each(['DESC', 'ASC'])(
  'what one entry in 25 matches fills pages by sequence %s, each met once',
  async (direction) => {
    const sparse = await createOrganization(ada, { name: `Sparse ${direction}` });
    const outcomes = Array.from({ length: 1_000 }, (_, at) => (at % 25 ? 'SUCCESS' : 'DENIED'));
    const many = outcomes.map((outcome) => ({ ...events[0], outcome }));
    expect((await record(ada, sparse.id, many)).recordedCount).toBe(1_000);
    const ask = {
      ...{ id: sparse.id, filter: { outcomes: ['DENIED'] }, first: 30 },
      orderBy: { field: 'SEQUENCE', direction },
    };
    const first: Data = dataOf(await ada(LIST, ask)).auditLogs;
    const after = first.pageInfo.endCursor;
    const second: Data = dataOf(await ada(LIST, { ...ask, after })).auditLogs;
    // The first entry tells of the organization's creation.
    const denied = outcomes.flatMap((outcome, at) => (outcome === 'DENIED' ? [at + 2] : []));
    const expected = direction === 'ASC' ? denied : denied.toReversed();
    expect(first.nodes.map(({ sequence }: Data) => sequence)).toEqual(expected.slice(0, 30));
    expect(second.nodes.map(({ sequence }: Data) => sequence)).toEqual(expected.slice(30));
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
  },
);

test('a filtered count counts what matches, in all pages', async () => {
  const { auditLogs } = dataOf(
    await ada(LIST, { id, filter: { scopes: ['SCHEDULING'] }, first: 1 }),
  );
  expect(auditLogs).toMatchObject({ totalCount: 3, totalCountIsCapped: false });
  expect(auditLogs.nodes).toHaveLength(1);
});

test.each([
  ['no action of the log', { actions: ['free.*'] }],
  ['no action, beside emails', { actions: ['free.*'], emails: ['bob@company.com'] }],
  ['no action, beside scopes', { actions: ['free.*'], scopes: ['COST', 'SCHEDULING'] }],
  ['no action, beside others unwanted', { actions: ['free.*'], notActions: ['budget.*'] }],
  ['an exact action and a prefix, both of nothing', { actions: ['free.*', 'no.such'] }],
  ['a span of time besides', { actions: ['free.*'], createdAt: { from: '2001-01-01T00:00:00Z' } }],
])('a filter that admits %s gives an empty page and a count of 0', async (_what, filter) => {
  for (const orderBy of [null, { field: 'SEQUENCE', direction: 'ASC' }]) {
    const { totalCount, nodes, pageInfo } = dataOf(
      await ada(LIST, { id, filter, orderBy, first: 5 }),
    ).auditLogs;
    expect({ totalCount, nodes }).toEqual({ totalCount: 0, nodes: [] });
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  }
});

test('first: 0 gives no entries and says that there are some', async () => {
  const { auditLogs } = dataOf(await ada(LIST, { id, first: 0 }));
  expect(auditLogs.nodes).toEqual([]);
  expect(auditLogs.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test('Organization.auditLogs is the same log', async () => {
  const data = dataOf(
    await ada(
      'query($id: ID!) { organization(id: $id) { auditLogs(filter: { scopes: [COST] }) { totalCount nodes { action organization { name } } } } }',
      { id },
    ),
  );
  expect(data.organization.auditLogs).toEqual({
    totalCount: 1,
    nodes: [{ action: 'budget.exceeded', organization: { name: 'Filters' } }],
  });
});

test('owner, admin and auditor read the log; a member is refused and the attempt recorded, unless the settings allow it', async () => {
  const { id: own } = await createOrganization(ada, { name: 'Readers' });
  for (const role of ['ADMIN', 'AUDITOR', 'MEMBER'])
    await addMember(query, as, own, `reader-${role}`, role);
  const COUNT = 'query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }';
  for (const role of ['ADMIN', 'AUDITOR']) {
    expect(dataOf(await as(`reader-${role}`)(COUNT, { id: own })).auditLogs.totalCount).toBe(1);
  }
  const member = as('reader-MEMBER');
  expect(codesOf(await member(COUNT, { id: own }))).toEqual(['FORBIDDEN']);
  expect((await logOf(ada, own)).at(-1)).toMatchObject({
    action: 'access.denied',
    email: 'reader-member@example.com',
    outcome: 'DENIED',
    metadata: { permission: 'auditLog:read' },
  });
  const [entry] = await logOf(ada, own);
  const BY_ID = 'query($id: ID!) { auditLog(id: $id) { action } node(id: $id) { id } }';
  expect(dataOf(await member(BY_ID, { id: entry.id }))).toEqual({ auditLog: null, node: null });
  dataOf(
    await ada(
      'mutation($id: ID!) { updateOrganization(input: { organizationId: $id, settings: { membersMayReadAuditLog: true } }) { __typename } }',
      { id: own },
    ),
  );
  expect(dataOf(await member(COUNT, { id: own })).auditLogs.totalCount).toBe(3);
  expect(dataOf(await member(BY_ID, { id: entry.id })).auditLog).toEqual({
    action: 'organization.created',
  });
});

test('an entry from before ids told places keeps its id, and is found by it', async () => {
  const own = (await createOrganization(ada, { name: 'Before' })).id;
  const stored = 'log_01h455vb4pex5vsknk084sn02q' as AuditLogId;
  const bytes = Buffer.from(auditLogIdBytes(stored)).toString('hex');
  await withoutGuards({ query, database }, () =>
    query(
      `UPDATE "AuditLog" SET "id" = ${database.provider === 'sqlite' ? `x'${bytes}'` : `'\\x${bytes}'`} WHERE "ledgerId" = (SELECT "id" FROM "Ledger" WHERE "organizationId" = $1)`,
      [own],
    ),
  );
  const [entry] = await logOf(ada, own);
  expect(entry.id).toBe(stored);
  const BY_ID = 'query($id: ID!) { auditLog(id: $id) { id action } node(id: $id) { id } }';
  const found = { id: stored, action: 'organization.created' };
  expect(dataOf(await ada(BY_ID, { id: stored }))).toEqual({
    auditLog: found,
    node: { id: stored },
  });
  expect(dataOf(await as('eve')(BY_ID, { id: stored }))).toEqual({ auditLog: null, node: null });
  // By the id that its place would have it is not found: it never had it.
  const recordedAtMs = Date.parse(entry.recordedAt);
  const nothing = { auditLog: null, node: null };
  const atPlace = auditLogIdAt(own, entry.sequence, recordedAtMs);
  expect(dataOf(await ada(BY_ID, { id: atPlace }))).toEqual(nothing);
  // Nor is one from now by an id of another time.
  const { receipts } = await record(ada, own, [{ action: 'a.b', scope: 'COST' }]);
  const { id: real, sequence, recordedAt } = receipts[0].auditLog;
  const [at, later] = [0, 1].map((ms) => auditLogIdAt(own, sequence, Date.parse(recordedAt) + ms));
  expect(at).toBe(real);
  expect(dataOf(await ada(BY_ID, { id: real })).node).toEqual({ id: real });
  expect(dataOf(await ada(BY_ID, { id: later }))).toEqual(nothing);
});

test('node and nodes give anything that is yours by its id, in order, and null for the rest', async () => {
  const [entry] = await logOf(ada, id);
  const { viewer } = dataOf(await ada('{ viewer { user { id } } }'));
  const ids = [id, entry.id, 'org_01h455vb4pex5vsknk084sn02q', viewer.user.id];
  const NODES =
    'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on AuditLog { action } ... on Organization { name } ... on User { email } } }';
  expect(dataOf(await ada(NODES, { ids })).nodes).toEqual([
    { __typename: 'Organization', id, name: 'Filters' },
    { __typename: 'AuditLog', id: entry.id, action: 'organization.created' },
    null,
    { __typename: 'User', id: viewer.user.id, email: 'ada@example.com' },
  ]);
  expect(dataOf(await as('eve')(NODES, { ids })).nodes).toEqual([null, null, null, null]);
});

test('auditActions is the catalogue, by scope', async () => {
  const { all, cost } = dataOf(
    await ada(
      '{ all: auditActions { action scope resourceType description } cost: auditActions(scopes: [COST]) { action } }',
    ),
  );
  expect(all).toContainEqual({
    action: 'organization.created',
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: expect.any(String),
  });
  expect(cost).toEqual([]);
});
