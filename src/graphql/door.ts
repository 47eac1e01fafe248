import { type GraphQLSchema, getOperationAST } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Signer } from '../features/checkpoint/signer.ts';
import { useCompiledExecution } from './compiled-execution.ts';
import { createContext } from './context.ts';
import { documentCache, noErrorCache } from './document-cache.ts';
import { usePresentedErrors } from './errors.ts';
import type { PluginContext, ServerContext } from './exchange.ts';
import { useExecutionTimeout } from './execution-timeout.ts';
import { useKnownKeys } from './known-keys.ts';
import { limitPlugins } from './limits.ts';
import { useOrdinaryBodyLimit } from './record-body.ts';
import { useRequestParser } from './request-parser.ts';

/** What the GraphQL door needs to know. */
export interface DoorOptions {
  readonly schema: GraphQLSchema;
  readonly signer: Signer;
  readonly introspection: boolean;
  readonly bodyLimitBytes: number;
  readonly recordBodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  /** The times that a query is seen before it is compiled; by default the second. */
  readonly compiledWhenSeen?: number | undefined;
}

/** Answers GraphQL requests of callers who are known already. */
export type Door = (request: Request, context: ServerContext) => Promise<Response>;

/** The GraphQL door: Yoga, with this server's own parsing of requests, limits and errors. */
export function graphqlDoor(options: DoorOptions): Door {
  const yoga = createYoga<ServerContext>({
    schema: options.schema,
    context: ({ session }) => createContext(session, options.signer),
    graphqlEndpoint: '/graphql',
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
    // `usePresentedErrors` does it for every phase, in one place.
    maskedErrors: false,
    // `useRequestParser` counts the bytes itself.
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache: documentCache(), errorCache: noErrorCache },
    plugins: [
      useRequestParser(options.recordBodyLimitBytes),
      ...limitPlugins(options.introspection),
      useOrdinaryBodyLimit(options.bodyLimitBytes),
      useOperationName(),
      useKnownKeys(options.introspection),
      useCompiledExecution(options.compiledWhenSeen),
      useExecutionTimeout(options.requestTimeoutMs),
      usePresentedErrors(options.introspection),
    ],
  });
  return async (request, context) => yoga.fetch(request, context);
}

/** Tells the log which operation it was. */
function useOperationName(): Plugin<PluginContext> {
  return {
    onExecute({ args, context }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const name = operation.name?.value.slice(0, 100);
      context.exchange.operation = name ? `${operation.operation} ${name}` : operation.operation;
    },
  };
}
