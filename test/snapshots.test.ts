import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createOrganization, record } from './support/organizations.ts';

const { as } = await startServer();
const ada = as('ada');

const PAGE = /* GraphQL */ `
  query Page($id: ID!, $first: Int, $after: String, $asOf: SafeInt, $filter: AuditLogFilter) {
    auditLogs(organizationId: $id, first: $first, after: $after, asOf: $asOf, filter: $filter) {
      asOf totalCount
      nodes { sequence }
      pageInfo { endCursor hasNextPage }
    }
  }
`;

const { id } = await createOrganization(ada, { name: 'Snapshots' });
const event = (n: number) => ({
  scope: 'COST',
  action: 'budget.exceeded',
  resourceUID: `${n}`,
  createdAt: `2025-03-0${n}T00:00:00Z`,
});
await record(ada, id, [1, 2, 3, 4].map(event));

const pageOf = async (variables: object): Promise<Data> =>
  dataOf(await ada(PAGE, { id, ...variables })).auditLogs;
const sequences = ({ nodes }: Data): number[] => nodes.map(({ sequence }: Data) => sequence);

test('entries recorded meanwhile shift no page, and the count stays that of the rows', async () => {
  const filter = { scopes: ['COST'] };
  const first = await pageOf({ first: 2, filter });
  expect(first).toMatchObject({ asOf: 5, totalCount: 4 });
  expect(sequences(first)).toEqual([5, 4]);
  // It lies between the entries of the pages by when it occurred.
  await record(ada, id, [{ ...event(2), createdAt: '2025-03-02T12:00:00Z' }]);
  const after = first.pageInfo.endCursor;
  const second = await pageOf({ first: 2, filter, after });
  expect(second).toMatchObject({ asOf: 5, totalCount: 4, pageInfo: { hasNextPage: false } });
  expect(sequences(second)).toEqual([3, 2]);
  expect(await pageOf({ first: 2, filter })).toMatchObject({ asOf: 6, totalCount: 5 });
});

test('a snapshot that is named is the one that is read, without a filter too', async () => {
  const page = await pageOf({ asOf: 3 });
  expect(page).toMatchObject({ asOf: 3, totalCount: 3 });
  expect(sequences(page).toSorted()).toEqual([1, 2, 3]);
  expect(await pageOf({ asOf: 0 })).toMatchObject({ asOf: 0, totalCount: 0, nodes: [] });
});

test.each([100, -1, 1e15])('a snapshot that is not there (%i) is refused', async (asOf) => {
  const answer = await ada(PAGE, { id, asOf });
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
});

test('a cursor of before there were snapshots reads all that there is', async () => {
  const after = Buffer.from(`${Date.parse('2025-03-04T00:00:00Z')}.5`).toString('base64url');
  const page = await pageOf({ first: 10, after, filter: { scopes: ['COST'] } });
  expect(page.asOf).toBeGreaterThan(5);
  expect(sequences(page)).toEqual([4, 6, 3, 2]);
});

test('a cursor whose snapshot was meddled with is a cursor still, and shows nothing that is not the caller’s', async () => {
  const after = Buffer.from('9000000000000000.1.999999').toString('base64url');
  const page = await pageOf({ first: 100, after });
  expect(page.nodes.length).toBeGreaterThan(5);
  const other = as('eve');
  expect(codesOf(await other(PAGE, { id, after }))).toEqual(['NOT_FOUND']);
});

test('a cursor that names a snapshot beyond the log is of all that there is', async () => {
  for (const asOf of ['7777777777777', '9007199254740991']) {
    const after = Buffer.from(`${Date.parse('2025-03-04T00:00:00Z')}.5.${asOf}`).toString(
      'base64url',
    );
    const all = await pageOf({ first: 1 });
    for (let time = 0; time < 3; time += 1) {
      expect(await pageOf({ first: 10, after })).toMatchObject({
        asOf: all.asOf,
        totalCount: all.asOf,
      });
    }
  }
});
