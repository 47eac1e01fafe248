import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  isNonNullType,
  Kind,
  valueFromAST,
} from 'graphql';
import { Unwritable } from './unwritable.ts';
import { absent, present, type Values } from './values.ts';
import { variablesIn } from './variables.ts';

/**
 * Makes what gives a field's arguments: it gives what `getArgumentValues` gives, and throws where that
 * does. Those without variables are the same in every run.
 */
export function argumentsReader(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Values) => Values {
  if (!node.arguments?.some((argument) => variablesIn(argument).size > 0)) {
    const constant = getArgumentValues(field, node, {});
    return () => constant;
  }
  const readers = field.args.map((argument) => ({
    name: argument.name,
    valueIn: valueReader(argument, node),
  }));
  return (variables) => present(readers, ({ valueIn }) => valueIn(variables));
}

/** What gives one argument; undefined where it is absent. */
function valueReader(
  { name, type, defaultValue }: GraphQLArgument,
  node: FieldNode,
): (variables: Values) => unknown {
  const value = node.arguments?.find((one) => one.name.value === name)?.value;
  const missing = absent(type, defaultValue);
  if (!value) return missing;
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value;
    const isRequired = isNonNullType(type);
    return (variables) => {
      if (!Object.hasOwn(variables, variable)) return missing();
      const given = variables[variable];
      if (given === null && isRequired) throw new Unwritable();
      return given;
    };
  }
  const read = (variables: Values) => {
    const given: unknown = valueFromAST(value, type, variables);
    if (given === undefined) throw new Unwritable();
    return given;
  };
  if (variablesIn(value).size > 0) return read;
  const constant = read({});
  return () => constant;
}
