import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf, record } from './support/organizations.ts';

const server = await startServer();
const { as } = server;
const ada = as('ada');

const FACETS = /* GraphQL */ `
  query Facets($id: ID!, $filter: AuditLogFilter, $query: String, $asOf: SafeInt, $first: Int = 10, $interval: AuditLogInterval = DAY, $zone: String = "UTC") {
    auditLogFacets(organizationId: $id, filter: $filter, query: $query, asOf: $asOf) {
      asOf count isCapped byScope { value count } byAction(first: $first) { value count }
      byActor(first: $first) { value count } byActorIsCapped byOutcome { value count }
      histogram(interval: $interval, timezone: $zone) { from count byScope { value count } }
      histogramIsCapped(interval: $interval, timezone: $zone)
    }
  }
`;

const { id } = await createOrganization(ada, { name: 'Facets' });
await record(ada, id, [
  { scope: 'COST', action: 'a.one', email: 'x@example.com', createdAt: '2025-03-29T22:30:00Z' },
  { scope: 'COST', action: 'a.two', email: 'x@example.com', createdAt: '2025-03-29T23:30:00Z' },
  { scope: 'SCHEDULING', action: 'a.one', outcome: 'FAILURE', createdAt: '2025-04-01T12:00:00Z' },
]);

const facetsOf = async (variables: object): Promise<Data> =>
  dataOf(await ada(FACETS, { id, ...variables })).auditLogFacets;

const reported = { actions: ['a.*'] };

test('facets count what pages list, in the days of a time zone, empty ones too', async () => {
  expect(await facetsOf({ filter: reported, zone: 'Europe/Berlin' })).toEqual({
    ...{ asOf: 4, count: 3, isCapped: false, byActorIsCapped: false, histogramIsCapped: false },
    byScope: [
      { value: 'COST', count: 2 },
      { value: 'SCHEDULING', count: 1 },
    ],
    byAction: [
      { value: 'a.one', count: 2 },
      { value: 'a.two', count: 1 },
    ],
    byActor: [
      { value: 'x@example.com', count: 2 },
      { value: 'ada@example.com', count: 1 },
    ],
    byOutcome: [
      { value: 'SUCCESS', count: 2 },
      { value: 'FAILURE', count: 1 },
    ],
    histogram: [
      { from: '2025-03-28T23:00:00.000Z', count: 1, byScope: [{ value: 'COST', count: 1 }] },
      { from: '2025-03-29T23:00:00.000Z', count: 1, byScope: [{ value: 'COST', count: 1 }] },
      { from: '2025-03-30T22:00:00.000Z', count: 0, byScope: [] },
      { from: '2025-03-31T22:00:00.000Z', count: 1, byScope: [{ value: 'SCHEDULING', count: 1 }] },
    ],
  });
});

test('a query text and a snapshot restrict facets as they restrict pages', async () => {
  expect(await facetsOf({ query: 'action:a.* scope:cost' })).toMatchObject({ count: 2 });
  expect(await facetsOf({ filter: reported, asOf: 2 })).toMatchObject({ asOf: 2, count: 1 });
  expect(await facetsOf({ asOf: 0 })).toMatchObject({ asOf: 0, count: 0, histogram: [] });
  expect(await facetsOf({ filter: { scopes: ['COST'] }, query: 'scope:scheduling' })).toMatchObject(
    { count: 0, byScope: [], byActor: [], histogram: [], isCapped: false },
  );
});

test.each<[string, object, string]>([
  ['an hourly histogram of years', { interval: 'HOUR' }, '1000'],
  ['a time zone that is not there', { zone: 'Europe/Berln' }, 'Europe/Berlin'],
  ['more values than 100', { first: 101 }, '100'],
  ['a snapshot beyond the last entry', { asOf: 99 }, '4'],
  [
    'an empty span',
    { filter: { createdAt: { from: '2025-01-02T00:00:00Z', to: '2025-01-02T00:00:00Z' } } },
    'empty',
  ],
  ['a prefix without a dot', { filter: { actions: ['a*'] } }, 'dot'],
])('%s is refused, and the refusal says why', async (_what, variables, said) => {
  const answer = await ada(FACETS, { id, ...variables });
  expect(new Set(codesOf(answer))).toEqual(new Set(['BAD_USER_INPUT']));
  expect(JSON.stringify(answer.errors)).toContain(said);
});

test('who may not read the log learns nothing, and a member’s attempt is recorded', async () => {
  const own = await createOrganization(ada, { name: 'Closed' });
  await addMember(server.query, as, own.id, 'mia', 'MEMBER');
  expect(codesOf(await as('mia')(FACETS, { id: own.id }))).toEqual(['FORBIDDEN']);
  expect(codesOf(await as('eve')(FACETS, { id: own.id }))).toEqual(['NOT_FOUND']);
  const denied = (await logOf(ada, own.id)).filter(
    ({ action }: Data) => action === 'access.denied',
  );
  expect(denied).toHaveLength(1);
});
