import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CompiledOperation, CompiledQueries } from './compiled-queries.ts';
import type { PluginContext } from './exchange.ts';

/**
 * Runs queries that come again as compiled functions, and gives their answers only where they hold
 * no error: else the ordinary executor answers, so that errors, their paths and the nulls they leave
 * are its own. Loaders keep what the first run has read.
 */
export function useCompiledExecution(queries: CompiledQueries): Plugin<PluginContext> {
  return {
    onExecute({ args, context, executeFn, setExecuteFn }) {
      const { query } = context.params;
      const compiled = query == null ? null : queries.seen(query, args);
      if (!compiled) return;
      setExecuteFn(async (given: ExecutionArgs & { readonly signal?: AbortSignal }) => {
        const { contextValue, variableValues } = given;
        const result = await compiledResult(compiled, contextValue, variableValues);
        return result && (!result.errors || given.signal?.aborted) ? result : executeFn(given);
      });
    },
  };
}

/** What the compiled query gives; null when the compiled function itself fails. */
export async function compiledResult(
  { run }: CompiledOperation,
  context: unknown,
  variables: ExecutionArgs['variableValues'],
): Promise<ExecutionResult | null> {
  try {
    return await run(undefined, context, variables ?? {});
  } catch {
    return null;
  }
}
