import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { argumentsReader } from '../src/graphql/compiled/arguments.ts';
import { variablesCoercer } from '../src/graphql/compiled/input.ts';
import { schema } from '../src/schema.ts';

/** Values of every sort, good for something and for nothing. */
const ANY = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'x',
    'ada@example.com',
    '2025-01-31T09:30:00Z',
    true,
    0,
    1,
    1.5,
  ),
  fc.constantFrom<unknown>(
    50,
    -1,
    2 ** 31,
    2 ** 60,
    [],
    [null],
    {},
    [[1]],
    { first: 1 },
    '10.0.0.1',
  ),
);

/** What scalars take; all others take a text. */
const GOOD: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, 1, 50, 2 ** 31 - 1],
  SafeInt: [0, 1, 2 ** 40],
  Boolean: [true, false],
  DateTime: ['2025-01-31T09:30:00Z', '2025-01-31T09:30:00.123+02:00'],
  EmailAddress: ['ada@example.com'],
  IP: ['10.0.0.1', '::1'],
  JSON: [1, 'x', { a: [1] }],
  JSONObject: [{}, { a: [1] }],
};

/** Values that a type mostly takes. */
function anyValue(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  const good = goodValue(type, depth);
  return fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: ANY });
}

function goodValue(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return anyValue(type.ofType, depth);
  if (isListType(type)) {
    const item = anyValue(type.ofType, depth);
    return fc.oneof(fc.array(item, { maxLength: 3 }), item, fc.constant(null));
  }
  if (isEnumType(type)) return fc.constantFrom(null, ...type.getValues().map(({ name }) => name));
  if (!isInputObjectType(type)) return fc.constantFrom(null, ...(GOOD[type.name] ?? ['x']));
  if (depth > 3) return fc.constant(null);
  const fields = Object.values(type.getFields());
  const members = Object.fromEntries(
    fields.map((field) => [field.name, anyValue(field.type, depth + 1)]),
  );
  const requiredKeys = fields.filter(({ type: own }) => isNonNullType(own)).map(({ name }) => name);
  const object = fc.record(members, { requiredKeys });
  return fc.oneof(
    { weight: 30, arbitrary: object },
    { weight: 1, arbitrary: object.map((value) => ({ ...value, unknown: 1 })) },
  );
}

/** What `work` gives; null when it throws. */
function valueOrNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function assertAlike(of: GraphQLSchema, document: string, given: Record<string, unknown>): boolean {
  const [operation] = parse(document).definitions as [OperationDefinitionNode];
  const { coerced = null } = getVariableValues(of, operation.variableDefinitions ?? [], given);
  const own = valueOrNull(() => variablesCoercer(of, operation)(given));
  expect(own).toEqual(coerced);
  if (!own || !coerced) return false;
  const [node] = operation.selectionSet.selections;
  const field = node?.kind === Kind.FIELD ? of.getQueryType()?.getFields()[node.name.value] : null;
  if (!field || node?.kind !== Kind.FIELD) throw new Error('No field.');
  expect(valueOrNull(() => argumentsReader(field, node)(own))).toEqual(
    valueOrNull(() => getArgumentValues(field, node, coerced)),
  );
  return true;
}

const FIELDS = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
  ({ args }) => args.length > 0,
);

describe('what variables and arguments are taken for', () => {
  test.each(FIELDS.map((field) => [field.name, field] as const))(
    'is what graphql-js takes them for: %s',
    (name, { args }) => {
      const list = args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
      const passed = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
      const given = fc.record(
        Object.fromEntries(args.map((argument) => [argument.name, anyValue(argument.type)])),
        { requiredKeys: args.filter(isRequiredArgument).map((argument) => argument.name) },
      );
      let good = 0;
      fc.assert(
        fc.property(given, (variables) => {
          if (assertAlike(schema, `query (${list}) { ${name}(${passed}) }`, variables)) good += 1;
        }),
        { numRuns: 300 },
      );
      expect(good).toBeGreaterThan(10);
    },
  );

  const ODD = buildSchema(`
    input Tree { name: String! = "root", depth: Int = 3, children: [Tree!], one: One }
    input One @oneOf { a: Int, b: String }
    type Query { tree(tree: Tree = { name: "default" }, size: Int! = 5, more: [Int!], one: One): String }
  `);

  test.each<[string, string, Record<string, unknown>]>([
    [
      'defaults where there is nothing',
      'query ($tree: Tree, $size: Int) { tree(tree: $tree, size: $size) }',
      {},
    ],
    ['a default of the variable', 'query ($size: Int = 7) { tree(size: $size) }', {}],
    [
      'null over a default',
      'query ($size: Int = 7, $tree: Tree = { depth: 1 }) { tree(size: $size, tree: $tree) }',
      { size: null, tree: null },
    ],
    [
      'an input object in itself',
      'query ($tree: Tree) { tree(tree: $tree) }',
      { tree: { children: [{ children: { name: 'x' } }, { depth: null }] } },
    ],
    [
      'null for what may be none',
      'query ($tree: Tree) { tree(tree: $tree) }',
      { tree: { name: null } },
    ],
    ['one of two', 'query ($one: One) { tree(one: $one) }', { one: { a: 1 } }],
    ['both of two', 'query ($one: One) { tree(one: $one) }', { one: { a: 1, b: 'x' } }],
    ['neither of two', 'query ($one: One) { tree(one: $one) }', { one: {} }],
    ['null of two', 'query ($one: One) { tree(one: $one) }', { one: { b: null } }],
    [
      'a variable inside of a value',
      'query ($n: Int, $name: String!) { tree(tree: { name: $name, depth: $n, children: [] }, more: [1, 2]) }',
      { name: 'x' },
    ],
    ['a variable inside of a list', 'query ($n: Int!) { tree(more: [1, $n]) }', { n: 3 }],
    ['one for a list', 'query ($more: [Int!]) { tree(more: $more) }', { more: 3 }],
    [
      'a name that every object has',
      'query ($constructor: Int, $toString: Int = 2) { tree(size: $constructor, more: [$toString]) }',
      {},
    ],
    [
      'more than the operation knows',
      'query ($size: Int!) { tree(size: $size) }',
      { size: 1, other: 2 },
    ],
    ['nothing for what there has to be', 'query ($size: Int!) { tree(size: $size) }', {}],
  ])('is what graphql-js takes them for: %s', (_name, document, given) => {
    assertAlike(ODD, document, given);
  });

  test('asks of every type something', () => {
    expect(FIELDS.length).toBeGreaterThan(10);
    expect(FIELDS.every(({ args }) => args.every(({ type }) => isInputType(type)))).toBe(true);
  });
});
