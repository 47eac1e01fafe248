import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/schema.ts';

const contract = buildSchema(readFileSync('test/contract/contract.graphql', 'utf8'));

/** What a type promises, one line a promise: `Type.field(argument: X): Y`. */
function promisesOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} | ${name}`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((f) => `${type.name}.${f.name}: ${f.type}`);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [`scalar ${type.name}`];
  return [
    ...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`),
    ...Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${field.type}`,
      ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}: ${arg.type})`),
    ]),
  ];
}

const typesOf = (of: typeof schema) =>
  Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('schema.graphql is the schema that the code builds', async () => {
  const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
  await expect(printed).toMatchFileSnapshot('../schema.graphql');
});

test('every promise of the contract stands in the schema, shape for shape', () => {
  const kept = new Set(typesOf(schema).flatMap(promisesOf));
  const promised = typesOf(contract).flatMap(promisesOf);
  expect(promised.length).toBeGreaterThan(200);
  expect(promised.filter((promise) => !kept.has(promise))).toEqual([]);
});

test('nothing that the contract leaves optional is required', () => {
  const required = typesOf(schema)
    .flatMap((type) => {
      const old = contract.getType(type.name);
      if (isInputObjectType(type) && isInputObjectType(old)) {
        return Object.values(type.getFields()).filter((f) => !(f.name in old.getFields()));
      }
      if (isObjectType(type) && isObjectType(old)) {
        return Object.values(type.getFields())
          .filter((f) => f.name in old.getFields())
          .flatMap((f) =>
            f.args.filter((a) => !old.getFields()[f.name]?.args.some((b) => b.name === a.name)),
          );
      }
      return [];
    })
    .filter((input) => String(input.type).endsWith('!'));
  expect(required).toEqual([]);
});

test('everything in the schema has a description', () => {
  const bare = typesOf(schema).flatMap((type) => [
    ...(type.description ? [] : [type.name]),
    ...(isEnumType(type)
      ? type
          .getValues()
          .filter((v) => !v.description)
          .map((v) => `${type.name}.${v.name}`)
      : []),
    ...(isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) => [
          ...(field.description ? [] : [`${type.name}.${field.name}`]),
          ...field.args
            .filter((arg) => !arg.description)
            .map((arg) => `${type.name}.${field.name}(${arg.name})`),
        ])
      : []),
    ...(isInputObjectType(type)
      ? Object.values(type.getFields())
          .filter((field) => !field.description)
          .map((field) => `${type.name}.${field.name}`)
      : []),
  ]);
  expect(bare).toEqual([]);
});
