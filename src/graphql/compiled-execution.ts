import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Plugin } from 'graphql-yoga';

/** The times that a query is seen before it is compiled: compiling costs as much as many executions. */
const SEEN_BEFORE = 2;

/** What is known of a query; `compiled` is null when it cannot be compiled. */
interface Seen {
  count: number;
  compiled: CompiledQuery | null | undefined;
}

/**
 * Runs queries that come again as compiled functions, and gives their answers only where they hold
 * no error: else the ordinary executor answers, so that errors, their paths and the nulls they leave
 * are its own. Loaders keep what the first run has read. Mutations are never compiled.
 */
export function useCompiledExecution(seenBefore = SEEN_BEFORE): Plugin {
  const queries = new WeakMap<DocumentNode, Map<string, Seen>>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const compiled = compiledOf(seenIn(queries, args), args, seenBefore);
      if (!compiled) return;
      setExecuteFn(async (given: ExecutionArgs & { readonly signal?: AbortSignal }) => {
        const result = await run(compiled, given);
        return result && (!result.errors || given.signal?.aborted) ? result : executeFn(given);
      });
    },
  };
}

/** Null when the compiled function itself fails. */
async function run(
  compiled: CompiledQuery,
  { rootValue, contextValue, variableValues }: ExecutionArgs,
): Promise<ExecutionResult | null> {
  try {
    return await compiled.query(rootValue, contextValue, variableValues ?? {});
  } catch {
    return null;
  }
}

function seenIn(
  queries: WeakMap<DocumentNode, Map<string, Seen>>,
  { document, operationName }: ExecutionArgs,
): Seen {
  const operations = queries.get(document) ?? new Map<string, Seen>();
  queries.set(document, operations);
  const seen = operations.get(operationName ?? '') ?? { count: 0, compiled: undefined };
  operations.set(operationName ?? '', seen);
  seen.count += 1;
  return seen;
}

function compiledOf(seen: Seen, args: ExecutionArgs, seenBefore: number): CompiledQuery | null {
  if (seen.count < seenBefore) return null;
  seen.compiled ??= compile(args);
  return seen.compiled;
}

function compile({ schema, document, operationName }: ExecutionArgs): CompiledQuery | null {
  if (getOperationAST(document, operationName)?.operation !== 'query') return null;
  const made = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(made) ? made : null;
}
