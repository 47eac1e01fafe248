import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { formatInstant } from '../../kernel/instant.ts';
import { type Shape, selectedFields } from './selected-fields.ts';
import { Pieces, quoted } from './text.ts';
import { variablesIn } from './variables.ts';

/** What one run of a query knows. */
export interface Run {
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

type Path = GraphQLResolveInfo['path'];
type Field = GraphQLField<unknown, unknown>;

/** Writes a value as JSON at the end of `out`. @throws what the value's resolvers throw, and Unwritable */
export type Write = (value: unknown, run: Run, path: Path | undefined, out: Pieces) => void;

/** The answer would hold an error, or is none that can be written: the ordinary executor says which. */
class Unwritable extends Error {}

/** All that is written of a value. */
export function written(
  value: unknown,
  write: Write,
  run: Run,
  path: Path | undefined,
): string | Promise<string> {
  const out = new Pieces();
  write(value, run, path, out);
  return out.whole();
}

/** Writes a value at once, or when it is known. */
const whenKnown = (
  value: unknown,
  write: Write,
  run: Run,
  path: Path | undefined,
  out: Pieces,
): void =>
  isPromise(value)
    ? out.addLater(value.then((known) => written(known, write, run, path)))
    : write(value, run, path, out);

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

/** Makes what writes an object of a type: the fields that these nodes select, in their order. */
export function objectWriter(
  shape: Shape,
  type: GraphQLObjectType,
  nodes: readonly Pick<FieldNode, 'selectionSet'>[],
): Write {
  const selections = nodes.map(({ selectionSet }) => selectionSet);
  const fields = [...selectedFields(shape, type, selections)].map(([name, selected], at) => ({
    begin: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: fieldWriter(shape, type, name, selected),
  }));
  const end = fields.length === 0 ? '{}' : '}';
  return (value, run, path, out) => {
    for (const { begin, write } of fields) {
      out.add(begin);
      write(value, run, path, out);
    }
    out.add(end);
  };
}

function fieldWriter(
  shape: Shape,
  parentType: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): Write {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') {
    const text = quoted(parentType.name);
    return (_source, _run, _path, out) => out.add(text);
  }
  const field = fieldOf(shape, parentType, name);
  const typename = parentType.name;
  const infoOf: InfoOf = (path, { variables }) => ({
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType,
    path,
    schema: shape.schema,
    fragments: shape.fragments,
    rootValue: undefined,
    operation: shape.operation,
    variableValues: variables,
  });
  const write = valueWriter(shape, field.type, nodes, infoOf);
  const { resolve } = field;
  if (!resolve) {
    return (source, run, prev, out) => {
      const value = (source as Record<string, unknown>)[name];
      // Neither known later nor made of more: the most there are.
      if (typeof value !== 'object' || value instanceof Date) {
        return write(plain(value), run, undefined, out);
      }
      whenKnown(value, write, run, { prev, key, typename }, out);
    };
  }
  const argumentsOf = argumentsReader(field, nodes);
  return (source, run, prev, out) => {
    const path = { prev, key, typename };
    const value = resolve(source, argumentsOf(run), run.context, infoOf(path, run));
    whenKnown(value, write, run, path, out);
  };
}

type InfoOf = (path: Path, run: Run) => GraphQLResolveInfo;

/** A method in the place of a value is for the ordinary executor to call. */
function plain<T>(value: T): T {
  if (typeof value === 'function') throw new Unwritable();
  return value;
}

function fieldOf({ schema }: Shape, type: GraphQLObjectType, name: string): Field {
  const field =
    [SchemaMetaFieldDef, TypeMetaFieldDef].find((meta) => meta.name === name) ??
    type.getFields()[name];
  if (!field || (name.startsWith('__') && type !== schema.getQueryType())) throw new Unwritable();
  return field;
}

/** What gives a field's arguments; those without variables are the same in every run. */
function argumentsReader(field: Field, [node]: readonly FieldNode[]) {
  if (!node) throw new Unwritable();
  const read = ({ variables }: Pick<Run, 'variables'>) => getArgumentValues(field, node, variables);
  if (node.arguments?.some((argument) => variablesIn(argument).size > 0)) return read;
  const constant = read({ variables: {} });
  return () => constant;
}

function valueWriter(
  shape: Shape,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  infoOf: InfoOf,
): Write {
  if (!isNonNullType(type)) {
    const write = presentWriter(shape, type, nodes, infoOf);
    return (value, run, path, out) =>
      value == null ? out.add('null') : write(value, run, path, out);
  }
  const write = presentWriter(shape, type.ofType, nodes, infoOf);
  return (value, run, path, out) => {
    if (value == null) throw new Unwritable();
    write(value, run, path, out);
  };
}

function presentWriter(
  shape: Shape,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  infoOf: InfoOf,
): Write {
  if (isLeafType(type)) {
    const textOf = leafText(type);
    return (value, _run, _path, out) => out.add(textOf(value));
  }
  if (isListType(type)) return listWriter(valueWriter(shape, type.ofType, nodes, infoOf));
  if (isObjectType(type)) return objectWriter(shape, type, nodes);
  return abstractWriter(shape, type as GraphQLAbstractType, nodes, infoOf);
}

function leafText(type: GraphQLLeafType) {
  return (value: unknown): string => {
    if (value instanceof Error) throw value;
    return serializedText(type.serialize(value));
  };
}

function serializedText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (value instanceof Date) return `"${formatInstant(value.getTime())}"`;
  const text = value == null ? undefined : JSON.stringify(value);
  if (text === undefined) throw new Unwritable();
  return text;
}

const listWriter =
  (write: Write): Write =>
  (value, run, prev, out) => {
    if (!isIterable(value)) throw new Unwritable();
    let key = 0;
    for (const item of value) {
      out.add(key === 0 ? '[' : ',');
      whenKnown(item, write, run, { prev, key, typename: undefined }, out);
      key += 1;
    }
    out.add(key === 0 ? '[]' : ']');
  };

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** The type of each value is asked for; what writes it is made when it is first met. */
function abstractWriter(
  shape: Shape,
  type: GraphQLAbstractType,
  nodes: readonly FieldNode[],
  infoOf: InfoOf,
): Write {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const writers = new Map<string, Write>();
  const writerOf = (name: string): Write => {
    const made = writers.get(name) ?? objectWriter(shape, possibleType(shape, type, name), nodes);
    writers.set(name, made);
    return made;
  };
  return (value, run, path, out) => {
    if (!path) throw new Unwritable();
    const named = resolveType(value, run.context, infoOf(path, run), type);
    const write: Write = (name, _run, _path, place) =>
      writerOf(String(name))(value, run, path, place);
    whenKnown(named, write, run, path, out);
  };
}

function possibleType({ schema }: Shape, abstract: GraphQLAbstractType, name: string) {
  const type = schema.getType(name);
  if (!isObjectType(type) || !schema.isSubType(abstract, type)) throw new Unwritable();
  return type;
}
