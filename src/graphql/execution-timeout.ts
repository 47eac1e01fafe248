import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { UnavailableError } from '../kernel/errors.ts';
import type { PluginContext } from './exchange.ts';

/**
 * Answers UNAVAILABLE when execution takes longer than `timeoutMs`. A query also stops asking for
 * further fields then; a mutation is never cut between its fields, so its outcome must be looked up.
 */
export function useExecutionTimeout(timeoutMs: number): Plugin<PluginContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      setExecuteFn((given) => {
        const stop = new AbortController();
        const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
        // Yoga's executor reads `signal`; its type is envelop's, which does not know it.
        const result = executeFn(isQuery ? Object.assign(given, { signal: stop.signal }) : given);
        return isPromise(result) ? raced(result, stop, timeoutMs) : result;
      });
    },
  };
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

async function raced<T>(
  work: PromiseLike<T>,
  stop: AbortController,
  timeoutMs: number,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const late = new UnavailableError(
      `The request took longer than ${timeoutMs} ms and was given up.`,
    );
    reject(late);
    stop.abort(late);
  }, timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
