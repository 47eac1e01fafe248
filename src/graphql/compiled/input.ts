import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { Unwritable } from './unwritable.ts';
import { absent, present, type Values } from './values.ts';

/** Makes of a value from outside what resolvers get. @throws what scalars throw, and Unwritable */
type Coerce = (value: unknown) => unknown;

/**
 * Makes what coerces the variables of an operation (GraphQL, section 6.1.2), of which all but the
 * values is known: it gives what `getVariableValues` gives, and throws where that tells an error.
 */
export function variablesCoercer(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (given: Values) => Values {
  const made = new Map<GraphQLInputObjectType, Coerce>();
  const variables = variableDefinitions.map(({ variable, type: node, defaultValue }) => {
    const type = typeFromAST(schema, node);
    if (!isInputType(type)) throw new Unwritable();
    const byDefault: unknown = defaultValue && valueFromAST(defaultValue, type);
    return { name: variable.name.value, coerce: memberCoercer(type, byDefault, made) };
  });
  return (given) =>
    present(variables, ({ name, coerce }) =>
      coerce(Object.hasOwn(given, name) ? given[name] : undefined),
    );
}

/** `made`: of input objects, which may hold themselves. */
function coercer(type: GraphQLInputType, made: Map<GraphQLInputObjectType, Coerce>): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercer(type.ofType, made);
    return (value) => {
      if (value == null) throw new Unwritable();
      return coerce(value);
    };
  }
  const coerce = presentCoercer(type, made);
  return (value) => (value == null ? null : coerce(value));
}

function presentCoercer(
  type: Exclude<GraphQLInputType, { readonly ofType: never }>,
  made: Map<GraphQLInputObjectType, Coerce>,
): Coerce {
  if (isListType(type)) {
    const item = coercer(type.ofType, made);
    // One value stands for a list of one (GraphQL, section 3.11).
    return (value) => (Array.isArray(value) ? value.map(item) : [item(value)]);
  }
  if (!isInputObjectType(type)) return leafCoercer(type as GraphQLLeafType);
  const known = made.get(type);
  if (known) return known;
  let coerce: Coerce | null = null;
  const once: Coerce = (value) => {
    coerce ??= objectCoercer(type, made);
    return coerce(value);
  };
  made.set(type, once);
  return once;
}

const leafCoercer =
  (type: GraphQLLeafType): Coerce =>
  (value) => {
    const parsed = type.parseValue(value);
    if (parsed === undefined) throw new Unwritable();
    return parsed;
  };

function objectCoercer(
  type: GraphQLInputObjectType,
  made: Map<GraphQLInputObjectType, Coerce>,
): Coerce {
  const fields = Object.values(type.getFields()).map(({ name, type: own, defaultValue }) => ({
    name,
    coerce: memberCoercer(own, defaultValue, made),
  }));
  const names = new Set(fields.map(({ name }) => name));
  return (given) => {
    const members = membersOf(given, names);
    const values = present(fields, ({ name, coerce }) => coerce(members[name]));
    if (type.isOneOf) assertOne(Object.values(values));
    return values;
  };
}

/** What a variable, or a field of an input object, is; undefined where it is absent. */
function memberCoercer(
  type: GraphQLInputType,
  byDefault: unknown,
  made: Map<GraphQLInputObjectType, Coerce>,
): Coerce {
  const coerce = coercer(type, made);
  const missing = absent(type, byDefault);
  return (value) => (value === undefined ? missing() : coerce(value));
}

/** The members of an object that has no others than these. */
function membersOf(value: unknown, names: ReadonlySet<string>): Values {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unwritable();
  for (const name of Object.keys(value)) if (!names.has(name)) throw new Unwritable();
  return value as Values;
}

function assertOne([value, ...others]: readonly unknown[]): void {
  if (value == null || others.length > 0) throw new Unwritable();
}
