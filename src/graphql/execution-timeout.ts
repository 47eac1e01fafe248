import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { waitedFor } from '../http/waited-for.ts';
import { inTime } from '../kernel/in-time.ts';
import { isPromise } from '../kernel/is-promise.ts';
import type { PluginContext } from './exchange.ts';

/**
 * Answers UNAVAILABLE when execution takes longer than `timeoutMs`. A query is given up then, and when
 * its client goes away: it asks for no further field, and the database stops reading for it. A
 * mutation is never cut between its fields, so its outcome must be looked up.
 */
export function useExecutionTimeout(timeoutMs: number): Plugin<PluginContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn, context }) {
      const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
      const { signal: gone } = context.exchange.request;
      setExecuteFn((given) => {
        if (!isQuery) {
          const result = executeFn(given);
          return isPromise(result) ? inTime(result, timeoutMs) : result;
        }
        // Yoga's executor reads `signal`; its type is envelop's, which does not know it.
        return waitedFor(gone, timeoutMs, (signal) => executeFn(Object.assign(given, { signal })));
      });
    },
  };
}
