import {
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { schema } from '../../src/schema.ts';
import type { Data } from './client.ts';

/** Every field, argument and input field of the schema, such as `Query.node(id:)`. */
const COORDINATES: readonly string[] = Object.values(schema.getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.keys(type.getFields()).map((name) => `${type}.${name}`);
    }
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) => [
      `${type}.${name}`,
      ...args.map((arg) => `${type}.${name}(${arg.name}:)`),
    ]);
  });

/** Counts which parts of the schema documents ask for. */
export function schemaCoverage() {
  const met = new Set<string>();
  return {
    count: COORDINATES.length,
    /** Notes what a document with these variables asks for. */
    meet(document: string, variables: Readonly<Record<string, Data>>): void {
      const info = new TypeInfo(schema);
      const inputs = new Map<string, GraphQLInputType>();
      visit(
        parse(document),
        visitWithTypeInfo(info, {
          Field: ({ name }) => void met.add(`${info.getParentType()}.${name.value}`),
          Argument: () => {
            const field = `${info.getParentType()}.${info.getFieldDef()?.name}`;
            met.add(`${field}(${info.getArgument()?.name}:)`);
          },
          ObjectField: ({ name }) => {
            met.add(`${getNamedType(info.getParentInputType())}.${name.value}`);
          },
          Variable: ({ name }) => {
            const type = info.getInputType();
            if (type) inputs.set(name.value, type);
          },
        }),
      );
      for (const [name, type] of inputs) meetValue(type, variables[name]);
    },
    /** What no document asked for. */
    missing: () => COORDINATES.filter((coordinate) => !met.has(coordinate)),
  };

  function meetValue(type: GraphQLInputType, value: Data): void {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return;
    for (const one of [value].flat()) {
      const given = Object.values(named.getFields()).filter(({ name }) =>
        Object.hasOwn(Object(one), name),
      );
      for (const field of given) {
        met.add(`${named}.${field.name}`);
        meetValue(field.type, one[field.name]);
      }
    }
  }
}
