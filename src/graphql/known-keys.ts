import {
  type ExecutionArgs,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type FieldProblem, InvalidInputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

const PROBLEMS_SHOWN = 10;

/**
 * Refuses variables with keys that their input types do not have, in one pass and before execution.
 * The executor would refuse them too, but it prints the whole value for each of fifty such keys:
 * a body of half a megabyte blocked the process for seconds.
 */
export function useKnownKeys(introspection: boolean): Plugin {
  return {
    onExecute: ({ args }) => refuseUnknownKeys(args, introspection),
    onSubscribe: ({ args }) => refuseUnknownKeys(args, introspection),
  };
}

function refuseUnknownKeys(args: ExecutionArgs, introspection: boolean): void {
  const found: FieldProblem[] = [];
  for (const problem of unknownInVariables(args)) {
    found.push(problem);
    if (found.length === PROBLEMS_SHOWN) break;
  }
  if (found.length === 0) return;
  throw new InvalidInputError(introspection ? found : found.map(withoutSuggestion));
}

/** Every key in an operation's variables that their types do not have. */
function* unknownInVariables(
  args: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>,
): Generator<FieldProblem> {
  const operation = getOperationAST(args.document, args.operationName);
  for (const { variable, type } of operation?.variableDefinitions ?? []) {
    const inputType = typeFromAST(args.schema, type);
    const name = variable.name.value;
    if (isInputType(inputType)) {
      yield* unknownKeys(inputType, args.variableValues?.[name], [name]);
    }
  }
}

type Path = readonly string[];

/** Looks into lists and input objects; there is nothing unknown in scalars and the inside of JSON. */
function* unknownKeys(type: GraphQLInputType, value: unknown, path: Path): Generator<FieldProblem> {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) yield* unknownInItems(bare.ofType, value, path);
  else if (isInputObjectType(bare)) yield* unknownInObject(bare, value, path);
}

function* unknownInItems(
  type: GraphQLInputType,
  value: unknown,
  path: Path,
): Generator<FieldProblem> {
  // One value stands for a list of one (GraphQL, section 3.11).
  if (!Array.isArray(value)) return yield* unknownKeys(type, value, path);
  for (const [index, item] of value.entries()) {
    yield* unknownKeys(type, item, [...path, String(index)]);
  }
}

function* unknownInObject(
  type: GraphQLInputObjectType,
  value: unknown,
  path: Path,
): Generator<FieldProblem> {
  if (typeof value !== 'object' || value === null) return;
  const fields = type.getFields();
  for (const [key, member] of Object.entries(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field) yield* unknownKeys(field.type, member, [...path, key]);
    else yield { path: [...path, key.slice(0, 100)], message: unknown(key, type.name, fields) };
  }
}

const SUGGESTION = / Did you mean .*/;

const withoutSuggestion = ({ path, message }: FieldProblem): FieldProblem => ({
  path,
  message: message.replace(SUGGESTION, ''),
});

function unknown(key: string, typeName: string, fields: object): string {
  const meant = nearest(key, Object.keys(fields));
  return `Is not a field of ${typeName}.${meant ? ` Did you mean ${meant}?` : ''}`;
}
