import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './exchange.ts';

/** Replaces every request parser of Yoga by this server's own, `paramsOf`. */
export function useRequestParser(): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method === 'GET' || request.method === 'POST') {
        setRequestParser(() => serverContext.asked);
      }
    },
  };
}
