import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema, parse, print, printSchema, visit } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/schema.ts';

const contract = buildSchema(readFileSync('test/contract/contract.graphql', 'utf8'));

/** What would break a client of `before` that speaks to `after`. */
async function breaks(before: GraphQLSchema, after: GraphQLSchema): Promise<string[]> {
  const changes = await diff(before, after);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

/** The schema as text, without the descriptions, so that a line is a promise. */
const present = print(
  visit(parse(printSchema(schema)), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  }),
);
const changed = (from: RegExp | string, to: string): GraphQLSchema => {
  const text = present.replace(from, to);
  expect(text, 'there is something to change').not.toBe(present);
  return buildSchema(text);
};

test('whatever the contract allows a client to ask still works', async () => {
  expect(await breaks(contract, schema)).toEqual([]);
});

test.each([
  ['a field is removed', /^ {2}sequence: SafeInt!$/m, ''],
  ['a field may be null that could not', /^ {2}action: String!$/m, '  action: String'],
  ['an argument is removed', /(?<= {2}auditLogs\([^)]*)filter: AuditLogFilter, /, ''],
  [
    'an input is required that was not',
    /^ {2}idempotencyKey: String$/m,
    '  idempotencyKey: String!',
  ],
  ['a value of an enum is removed', /^ {2}DEPLOYMENT$/m, ''],
  ['a member of a union is removed', / \| SlugTakenError/, ''],
])('it is noticed when %s', async (_change, from, to) => {
  expect(await breaks(contract, changed(from, to))).not.toEqual([]);
});
