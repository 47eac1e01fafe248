import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { isPromise } from '../../kernel/is-promise.ts';
import { argumentsReader } from './arguments.ts';
import { leafText } from './leaf-text.ts';
import { type PlainField, plainFieldsText } from './plain-fields.ts';
import { type Shape, selectedFields } from './selected-fields.ts';
import { Pieces, quoted } from './text.ts';
import { Unwritable } from './unwritable.ts';
import type { Values } from './values.ts';

/** What one run of a query knows. */
export interface Run {
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Values;
}

type Path = GraphQLResolveInfo['path'];
type Field = GraphQLField<unknown, unknown>;

/** Writes a value as JSON at the end of `out`. @throws what the value's resolvers throw, and Unwritable */
export type Write = (value: unknown, run: Run, path: Path | undefined, out: Pieces) => void;

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

/** Makes what writes an object of a type: the fields that these nodes select, in their order. */
export function objectWriter(
  shape: Shape,
  type: GraphQLObjectType,
  nodes: readonly Pick<FieldNode, 'selectionSet'>[],
): Write {
  const selected = selectedFields(
    shape,
    type,
    nodes.map(({ selectionSet }) => selectionSet),
  );
  const writers: Write[] = [];
  const plain: PlainField[] = [];
  const endPlain = () => {
    if (plain.length > 0) writers.push(plainWriter(plain.splice(0)));
  };
  for (const [key, own] of selected) {
    const begin = `${writers.length + plain.length === 0 ? '{' : ','}${JSON.stringify(key)}:`;
    const leaf = plainLeaf(shape, type, own);
    if (leaf) {
      plain.push({ begin, ...leaf });
    } else {
      endPlain();
      writers.push(begun(begin, fieldWriter(shape, type, key, own)));
    }
  }
  endPlain();
  const end = selected.size === 0 ? '{}' : '}';
  return (value, run, path, out) => {
    for (const write of writers) write(value, run, path, out);
    out.add(end);
  };
}

function plainWriter(fields: readonly PlainField[]): Write {
  const text = plainFieldsText(fields);
  return (source, _run, _path, out) => out.add(text(source));
}

const begun =
  (begin: string, write: Write): Write =>
  (source, run, path, out) => {
    out.add(begin);
    write(source, run, path, out);
  };

/** A leaf that is read off its object; null for every other field. */
function plainLeaf(
  shape: Shape,
  parentType: GraphQLObjectType,
  [node]: readonly FieldNode[],
): Pick<PlainField, 'name' | 'type'> | null {
  const name = node?.name.value ?? '';
  if (name.startsWith('__')) return null;
  const { resolve, type } = fieldOf(shape, parentType, name);
  return !resolve && isLeafType(getNullableType(type))
    ? { name, type: type as PlainField['type'] }
    : null;
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
      // A method in the place of a value is for the ordinary executor to call.
      if (typeof value === 'function') throw new Unwritable();
      whenKnown(value, write, run, { prev, key, typename }, out);
    };
  }
  const [node] = nodes;
  if (!node) throw new Unwritable();
  const argumentsOf = argumentsReader(field, node);
  return (source, run, prev, out) => {
    const path = { prev, key, typename };
    const value = resolve(source, argumentsOf(run.variables), run.context, infoOf(path, run));
    whenKnown(value, write, run, path, out);
  };
}

type InfoOf = (path: Path, run: Run) => GraphQLResolveInfo;

function fieldOf({ schema }: Shape, type: GraphQLObjectType, name: string): Field {
  const field =
    [SchemaMetaFieldDef, TypeMetaFieldDef].find((meta) => meta.name === name) ??
    type.getFields()[name];
  if (!field || (name.startsWith('__') && type !== schema.getQueryType())) throw new Unwritable();
  return field;
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
