import {
  type DocumentNode,
  type ExecutionArgs,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
} from 'graphql';
import { variablesCoercer } from './input.ts';
import type { Values } from './values.ts';
import { conditionsIn } from './variables.ts';
import { objectWriter, type Run, type Write, written } from './writers.ts';

/** A query whose document is worked out. Null is for the ordinary executor: it knows no errors. */
export interface CompiledQuery {
  /** Its variables as resolvers get them. */
  coerced(given: ExecutionArgs['variableValues']): Values | null;
  /** Its data as JSON. */
  written(context: unknown, variables: Values): Promise<string | null>;
}

/** The shapes that one query may have, by what its `@skip` and `@include` say: no more are made, since making one costs more than an answer. */
const MOST_SHAPES = 8;

/**
 * A validated query as a function that writes its answer: what depends on the document and the schema
 * alone is worked out once, and no object is made of the answer. It knows no errors: where there would
 * be one, the ordinary executor has to answer, so that errors, their paths and the nulls they leave
 * are its own. Null for what is no query.
 */
export function compileQuery({
  schema,
  document,
  operationName,
}: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName'>): CompiledQuery | null {
  const operation = getOperationAST(document, operationName);
  const root = schema.getQueryType();
  if (operation?.operation !== 'query' || !root) return null;
  const fragments = fragmentsOf(document);
  const names = conditionsIn(document);
  const shapes = new Map<string, Write>();
  const writerFor = (variables: Run['variables']): Write | null => {
    const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const key = JSON.stringify(conditions);
    const known = shapes.get(key);
    if (known || shapes.size === MOST_SHAPES) return known ?? null;
    const write = objectWriter({ schema, operation, fragments, conditions }, root, [operation]);
    shapes.set(key, write);
    return write;
  };
  const coerce = variablesCoercer(schema, operation);
  return {
    coerced(given) {
      try {
        return coerce(given ?? {});
      } catch {
        return null;
      }
    },
    async written(context, variables) {
      try {
        const write = writerFor(variables);
        return write && (await written(undefined, write, { context, variables }, undefined));
      } catch {
        return null;
      }
    },
  };
}

const fragmentsOf = ({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(
    definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [],
    ),
  );
