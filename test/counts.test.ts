import { expect, test } from 'vitest';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, record } from './support/organizations.ts';

const COUNTING = /AuditT(ally|otal)"/;
let counts = 0;
let failing = false;
const { as, query } = await startServer({
  onQuery: (text) => {
    if (!COUNTING.test(text)) return;
    counts += 1;
    if (failing) throw new Error('The count fails.');
  },
});
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Counts' });
const costs = (n: number) =>
  Array.from({ length: n }, () => ({ scope: 'COST', action: 'budget.exceeded', resourceUID: 'b' }));
await record(ada, id, costs(9));

const page = (count: string, more = '') =>
  `query($id: ID!, $with: Boolean = false) { auditLogs(organizationId: $id, filter: { scopes: [COST] }, first: 3) { ${count} asOf nodes { id @include(if: $with) sequence } } } ${more}`;
const COUNTED = page('totalCount');

test('a count is that of its page’s snapshot, whatever is recorded while both are read', async () => {
  const pages: Data[] = [];
  for (let round = 0; round < 12; round += 1) {
    const reading = Array.from({ length: 6 }, () => ada(COUNTED, { id }));
    const recording = [1, 2, 3].map((n) => record(ada, id, costs(n)));
    pages.push(...(await Promise.all(reading)).map((answer) => dataOf(answer).auditLogs));
    await Promise.all(recording);
  }
  // The first entry is of another scope: the organization was created.
  for (const { asOf, totalCount } of pages) expect(totalCount).toBe(asOf - 1);
  expect(new Set(pages.map(({ asOf }) => asOf)).size).toBeGreaterThan(4);
});

test('who may not read the page is given no count', async () => {
  await addMember(query, as, id, 'mem', 'MEMBER');
  await ada(COUNTED, { id });
  for (const [name, code] of [
    ['mem', 'FORBIDDEN'],
    ['eve', 'NOT_FOUND'],
  ] as const) {
    const answer = await as(name)(COUNTED, { id });
    expect(codesOf(answer)).toEqual([code]);
    expect(JSON.stringify(answer)).not.toContain('totalCount');
  }
});

test('where the count fails nothing else of the page is answered in its place', async () => {
  failing = true;
  expect(codesOf(await ada(COUNTED, { id }))).toEqual(['INTERNAL_SERVER_ERROR']);
  failing = false;
  expect(dataOf(await ada(COUNTED, { id })).auditLogs.nodes).toHaveLength(3);
});

const MORE = 'fragment More on AuditLogConnection { totalCount }';

test.each([
  ['not selected', page(''), 0],
  ['left out by a directive', page('totalCount @include(if: $with)'), 0],
  ['in a fragment that is left out', page('... @include(if: $with) { totalCount }'), 0],
  ['in a named fragment that is left out', page('...More @include(if: $with)', MORE), 0],
  ['in a fragment', page('... { totalCountIsCapped }'), 1],
  ['in a named fragment', page('...More', MORE), 1],
  ['under another name', page('total: totalCount all: totalCountIsCapped'), 1],
  ['let in by a directive', page('totalCount @skip(if: $with)'), 1],
])('a count that is %s is computed as often as it is answered', async (_name, text, expected) => {
  // What comes again is answered in other ways.
  for (let time = 0; time < 4; time += 1) {
    counts = 0;
    dataOf(await ada(text, { id }));
    expect(counts).toBe(expected);
  }
});
