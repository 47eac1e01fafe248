import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CompiledQueries } from './compiled-queries.ts';
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
      setExecuteFn(async (given: ExecutionArgs) => {
        const variables = compiled.run.coerced(given.variableValues);
        const text = variables && (await compiled.run.written(given.contextValue, variables));
        return text ? { data: JSON.parse(text) } : executeFn(given);
      });
    },
  };
}
