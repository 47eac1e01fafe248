import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryCriteria } from '../src/features/audit-log/query-text.ts';
import { InvalidInputError } from '../src/kernel/errors.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createOrganization, record } from './support/organizations.ts';

const { as } = await startServer();
const ada = as('ada');
const { id } = await createOrganization(ada, { name: 'Query' });
await record(ada, id, [
  {
    scope: 'SCHEDULING',
    action: 'schedule.created',
    email: 'ada@example.com',
    createdAt: '2026-03-01T00:00:00Z',
    details: 'Created "Business Hours"',
  },
  {
    scope: 'COST',
    action: 'schedule.deleted',
    email: 'bob@example.com',
    createdAt: '2026-03-15T23:59:59.999Z',
    outcome: 'FAILURE',
  },
  {
    scope: 'COST',
    action: 'budget.created',
    actor: { type: 'SERVICE' },
    createdAt: '2026-03-16T00:00:00Z',
    resourceUID: 'b:1, x',
  },
]);

const LIST =
  'query($id: ID!, $query: String, $filter: AuditLogFilter) { auditLogs(organizationId: $id, query: $query, filter: $filter, orderBy: { field: SEQUENCE, direction: ASC }) { totalCount nodes { sequence } } }';

const found = async (query: string, filter?: object): Promise<number[]> => {
  const { auditLogs } = dataOf(await ada(LIST, { id, query, filter }));
  expect(auditLogs.totalCount).toBe(auditLogs.nodes.length);
  return auditLogs.nodes.map(({ sequence }: Data) => sequence);
};

test.each([
  ['', [1, 2, 3, 4]],
  ['action:schedule.*', [2, 3]],
  ['-action:schedule.*,budget.created', [1]],
  ['actor:BOB@example.com', [3]],
  ['-actor:bob@example.com', [1, 2, 4]],
  ['scope:cost,scheduling', [2, 3, 4]],
  ['-scope:cost', [1, 2]],
  ['-outcome:failure scope:COST', [4]],
  ['type:service', [4]],
  ['resource:"b:1, x"', [4]],
  ['created:2026-03-01..2026-03-15', [2, 3]],
  ['created:2026-03-16', [4]],
  ['created:>=2026-03-15T23:59:59.999Z created:<=2026-03-16', [3, 4]],
  ['created:*..2026-03-01', [2]],
  ['business', [2]],
  ['"business hours"', [2]],
  ['"hours business"', []],
  ['"\\"Business Hours\\""', [2]],
  ['scope:cost scope:scheduling', []],
])('the query %j finds %j', async (query, sequences) => {
  expect(await found(query)).toEqual(sequences);
});

test('a query holds together with the filter', async () => {
  expect(await found('scope:cost', { outcomes: ['FAILURE'] })).toEqual([3]);
});

const MANY = Array.from({ length: 101 }, (_, n) => `a.b${n}`).join(',');

test('a query may have 2,000 characters, 50 terms and 100 values in a list', async () => {
  expect(await found(`"${'x'.repeat(1_000)}" ${'\t'.repeat(997)}`)).toEqual([]);
  expect(await found('scope:cost '.repeat(50))).toEqual([3, 4]);
  expect(await found(`action:budget.created,${MANY.split(',').slice(2).join(',')}`)).toEqual([4]);
});

test.each([
  ['scope:costs', 'At character 1: unknown scope `costs`, did you mean `cost`?'],
  ['scope:cost actoin:a.b', 'At character 12: unknown qualifier `actoin`, did you mean `action`?'],
  ['outcome:sucess', 'At character 1: unknown outcome `sucess`, did you mean `success`?'],
  ['type:servce', 'At character 1: unknown type `servce`, did you mean `service`?'],
  [`x action:${MANY}`, 'At character 3: Lists at most 100 values; it has 101.'],
  ['-scope:cost,costt', 'At character 1: unknown scope `costt`, did you mean `cost`?'],
  ['nope:1', 'unknown qualifier `nope`, choose from action, actor'],
  ['a "open', 'At character 3: a quotation mark is not closed'],
  ['action:sched*', 'At character 1: "sched*" is neither an action nor a prefix'],
  ['actor:nobody', 'At character 1: '],
  ['created:yesterday', 'At character 1: give a day'],
  ['created:2026-03-02..2026-03-01', 'the span is empty'],
  ['-created:2026-03-02', 'cannot be left out'],
  ['-text', 'cannot be left out'],
  ['scope:', '"scope:" is no term'],
  [`${'x'.repeat(2_001)}`, 'A query has at most 2000 characters; this one has 2001.'],
  ['a '.repeat(51), 'A query has at most 50 terms.'],
])('the query %j is refused: %s', async (query, message) => {
  const answer = await ada(LIST, { id, query });
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.extensions?.['fields']).toEqual([
    { path: ['query'], message: expect.stringContaining(message) },
  ]);
});

test('any text is either understood or refused with its rule', () => {
  const piece = fc.constantFrom(
    'action:',
    'scope:cost',
    '-',
    '"',
    ',',
    ':',
    ' ',
    '\\',
    '..',
    'created:',
    '2026-03-01',
    '>=',
    'é',
    '\u{1F680}',
    'a.b',
    '*',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((p) => p.join('')),
      ),
      (text) => {
        try {
          expect(Array.isArray(queryCriteria(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
