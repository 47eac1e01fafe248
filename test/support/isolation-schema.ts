import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../src/schema.ts';
import type { Data } from './client.ts';

type Field = GraphQLField<unknown, unknown>;

const fieldsOf = (type: GraphQLObjectType | null | undefined): Field[] =>
  Object.values(type?.getFields() ?? {});

/** The fields of Query and Mutation, such as `Query.viewer`. */
export const rootFields: ReadonlyMap<string, Field> = new Map(
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    fieldsOf(type).map((field) => [`${type?.name}.${field.name}`, field] as const),
  ),
);

/** Whether a field has an ask of its own: it takes arguments, or says that it needs a permission. */
const isAskedAlone = ({ args, description }: Field): boolean =>
  args.length > 0 || /\bneeds \w+:\w+/i.test(description ?? '');

/** Every field below the roots that has an ask of its own, such as `Organization.auditLogs`. */
export const fieldsAskedAlone: readonly string[] = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !/^(__|Query$|Mutation$)/.test(type.name))
  .flatMap((type) =>
    fieldsOf(type as GraphQLObjectType)
      .filter(isAskedAlone)
      .map((field) => `${type.name}.${field.name}`),
  );

/** The types of everything that has a global id. */
export const nodeTypes: readonly string[] = schema
  .getPossibleTypes(schema.getType('Node') as never)
  .map(({ name }) => name);

/** Where an id stands in a field's arguments. */
export interface IdPlace {
  readonly path: readonly string[];
  /** Whether the call is valid without it. */
  readonly isOptional: boolean;
}

/** Every place among a field's arguments, however deep, that takes an ID. */
export const idPlaces = ({ args }: Field): IdPlace[] => args.flatMap((arg) => placesIn(arg, []));

function placesIn(input: GraphQLArgument | GraphQLInputField, above: readonly string[]): IdPlace[] {
  const path = [...above, input.name];
  const type = getNamedType(input.type);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) => placesIn(field, path));
  }
  return type.name === 'ID' ? [{ path, isOptional: !isNonNullType(input.type) }] : [];
}

/** What stands at a path in a call's arguments; a list of one gives its item. */
export const valueAt = (args: Data, path: readonly string[]): Data => {
  const value = path.reduce((inside, key) => inside?.[key], args);
  return Array.isArray(value) ? value[0] : value;
};

/** The arguments without what stands at a path. */
export function without(args: Data, [key = '', ...rest]: readonly string[]): Data {
  const { [key]: inside, ...others } = args;
  return rest.length === 0 || inside === undefined
    ? others
    : { ...others, [key]: without(inside, rest) };
}

/** A document that calls a root field by variables and selects all that can be read below it. */
export function documentOf(coordinate: string): string {
  const field = rootFields.get(coordinate);
  if (!field) throw new Error(`There is no ${coordinate}.`);
  const kind = coordinate.startsWith('Query.') ? 'query' : 'mutation';
  const definitions = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const values = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = selectionOf(getNamedType(field.type), ['Query']);
  return field.args.length === 0
    ? `${kind} { ${field.name} ${selection} }`
    : `${kind}(${definitions}) { ${field.name}(${values}) ${selection} }`;
}

/**
 * Everything that can be selected on a type, with each type opened once on every way down, but for
 * what has asks of its own: one refusal there would take the whole answer with it.
 */
export function selectionOf(type: GraphQLNamedOutputType, opened: readonly string[] = []): string {
  if (isLeafType(type)) return '';
  if (isAbstractType(type)) return abstractSelection(type, [...opened, type.name]);
  const fields = fieldsOf(type as GraphQLObjectType)
    .filter((field) => !isAskedAlone(field))
    .flatMap((field) => fieldSelection(field, [...opened, type.name]));
  return `{ __typename ${fields.join(' ')} }`;
}

function fieldSelection({ name, type }: Field, opened: readonly string[]): string[] {
  const named = getNamedType(type);
  if (opened.includes(named.name)) return [];
  // An edge's node is one of the connection's nodes, which are opened beside it.
  if (name === 'node' && opened.at(-1)?.endsWith('Edge')) return ['node { __typename }'];
  // All node types at once would be more fields than an operation may have: each opens itself only.
  const isNodeInNode = opened.includes('Node') && nodeTypes.includes(named.name);
  return [`${name} ${isNodeInNode ? '{ __typename id }' : selectionOf(named, opened)}`];
}

/** A fragment for each member; each leaf has an alias of its own where members disagree on it. */
function abstractSelection(
  type: Parameters<typeof schema.getPossibleTypes>[0],
  opened: readonly string[],
): string {
  const members = schema.getPossibleTypes(type);
  const typesByField = new Map<string, Set<string>>();
  for (const field of members.flatMap(fieldsOf)) {
    const types = typesByField.get(field.name) ?? new Set();
    typesByField.set(field.name, types.add(String(field.type)));
  }
  const fragments = members.map((member) => {
    const fields = fieldsOf(member)
      .filter((field) => !isAskedAlone(field))
      .flatMap((field) => {
        const isDisputed = (typesByField.get(field.name)?.size ?? 0) > 1;
        const alias = isDisputed ? `${member.name}_${field.name}: ` : '';
        return fieldSelection(field, [...opened, member.name]).map((text) => `${alias}${text}`);
      });
    return `... on ${member.name} { ${fields.join(' ')} }`;
  });
  return `{ __typename ${fragments.join(' ')} }`;
}
