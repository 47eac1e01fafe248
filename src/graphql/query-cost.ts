import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type ExecutionArgs, getOperationAST, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Incoming } from '../http/incoming.ts';
import type { Context } from './context.ts';
import type { PluginContext } from './exchange.ts';

/** What a cost is counted from. */
interface Operation
  extends Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> {
  readonly contextValue: Context;
}

/**
 * What a whole answer tells in `extensions` of what its operation cost and may cost, for who asks by
 * the header X-Query-Cost. Nobody else pays for the counting, and answers without it keep their bytes.
 */
export const costTold = ({ headers }: Pick<Incoming, 'headers'>, operation: Operation) =>
  headers.get('x-query-cost') === null
    ? null
    : { cost: costOf(operation), limit: operation.contextValue.costLimit };

/** Tells the cost of what Yoga executes, mutations too. */
export function useQueryCost(): Plugin<PluginContext & Context> {
  return {
    onExecute: ({ args, context }) => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result || result.errors) return;
        const extensions = costTold(context.exchange.request, args);
        if (extensions) setResult({ ...result, extensions });
      },
    }),
  };
}

function costOf({
  schema,
  document,
  operationName,
  variableValues,
  contextValue,
}: Operation): number {
  const operation = getOperationAST(document, operationName);
  // The plugin counts the first operation of a document, whichever is asked for.
  const definitions = document.definitions.filter(
    (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const variables = variableValues ?? {};
  const counted = { schema, variables, ctx: contextValue };
  return complexityFromQuery({ ...document, definitions }, counted).complexity;
}
