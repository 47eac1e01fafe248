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
 * the header X-Query-Cost; answers without it keep their bytes.
 */
export const costTold = (
  { headers }: Pick<Incoming, 'headers'>,
  limit: number,
  cost: () => number,
) => (headers.get('x-query-cost') === null ? null : { cost: cost(), limit });

/** Tells the cost of what Yoga executes, mutations too. */
export function useQueryCost(limit: number): Plugin<PluginContext & Context> {
  return {
    onExecute: ({ args, context }) => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result || result.errors) return;
        const extensions = costTold(context.exchange.request, limit, () => costOf(args));
        if (extensions) setResult({ ...result, extensions });
      },
    }),
  };
}

/** The most sizes of one query whose costs are kept. */
const MOST_COSTS = 1_000;

/**
 * Makes what counts what an operation costs, once for the same sizes: nothing but numbers among its
 * variables has a part in it, which a test holds every cost to.
 */
export function costsBySizes(operation: Omit<Operation, 'contextValue' | 'variableValues'>) {
  const known = new Map<string, number>();
  return (contextValue: Context, variableValues: Readonly<Record<string, unknown>>): number => {
    const sizes = Object.entries(variableValues).filter(([, value]) => isSize(value));
    const key = sizes.join();
    const cost = known.get(key) ?? costOf({ ...operation, contextValue, variableValues });
    if (known.size < MOST_COSTS) known.set(key, cost);
    return cost;
  };
}

/** Null asks for the size that there is by default. */
const isSize = (value: unknown): boolean => typeof value === 'number' || value === null;

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
