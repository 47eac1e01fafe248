import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { type Answer, TextAnswer } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { asRequest } from '../http/incoming.ts';
import { graphqlRefusal } from '../http/problem.ts';
import type { Session } from '../ledger/session.ts';
import { useCompiledExecution } from './compiled-execution.ts';
import { openCompiledQueries } from './compiled-queries.ts';
import { type ContextOptions, createContext } from './context.ts';
import { usePresentedErrors } from './errors.ts';
import type { PluginContext, ServerContext } from './exchange.ts';
import { useExecutionTimeout } from './execution-timeout.ts';
import { useKnownKeys } from './known-keys.ts';
import { type DocumentLimits, limitPlugins } from './limits.ts';
import { operationTitle } from './operation-title.ts';
import { useQueryCost } from './query-cost.ts';
import { useOrdinaryBodyLimit } from './record-body.ts';
import { repeatedQueries } from './repeated-queries.ts';
import { paramsOf } from './request-params.ts';
import { useRequestParser } from './request-parser.ts';
import { noErrorCache, textCache } from './text-cache.ts';
import { onlyTrusted, type TrustedDocuments } from './trusted-documents.ts';

/** What the GraphQL door needs to know. */
export interface DoorOptions extends ContextOptions {
  readonly schema: GraphQLSchema;
  readonly documentLimits: DocumentLimits;
  readonly introspection: boolean;
  readonly trustedDocuments: TrustedDocuments | null;
  readonly bodyLimitBytes: number;
  readonly recordBodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  /** The times that a query is seen before it is compiled; by default the second. */
  readonly compiledWhenSeen?: number | undefined;
}

/** Answers GraphQL requests of callers who are known already. */
export type Door = (exchange: Exchange, session: Session) => Promise<Answer>;

/**
 * The GraphQL door: Yoga, with this server's own parsing of requests, limits and errors, and in front
 * of it what answers queries that came before.
 */
export function graphqlDoor(options: DoorOptions): Door {
  const trusted = onlyTrusted(options.trustedDocuments);
  const queries = openCompiledQueries(options.compiledWhenSeen);
  const repeated = repeatedQueries({ ...options, queries });
  const yoga = createYoga<ServerContext>({
    schema: options.schema,
    context: ({ session }) => createContext(session, options),
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
    parserAndValidationCache: { documentCache: textCache(), errorCache: noErrorCache },
    plugins: [
      useRequestParser(),
      ...limitPlugins(options.documentLimits, options.introspection),
      useOrdinaryBodyLimit(options.bodyLimitBytes),
      useOperationTitle(),
      useEarlierFailure(),
      useQueryCost(options.costLimit),
      useKnownKeys(options.introspection),
      useCompiledExecution(queries),
      useExecutionTimeout(options.requestTimeoutMs),
      usePresentedErrors(options.introspection),
    ],
  });
  return async (exchange, session) => {
    if (!METHODS.includes(exchange.request.method)) return wrongMethod(exchange);
    const asked = paramsOf(exchange, options.recordBodyLimitBytes).then(trusted);
    // Whoever waits for it meets its failure.
    asked.catch(() => undefined);
    const context = { exchange, session, asked };
    const byYoga = async (failure?: unknown) =>
      wholeAnswer(await yoga.fetch(asRequest(exchange.request), { ...context, failure }));
    const answer = await repeated(context).catch(byYoga);
    return answer ?? byYoga();
  };
}

const METHODS = ['GET', 'POST'];

/** Told before a Request is made: there are methods that none may have. */
function wrongMethod({ request }: Exchange): Answer {
  const code = 'BAD_USER_INPUT';
  const answer = graphqlRefusal(request, 405, 'This address takes GET and POST.', { code });
  answer.headers.set('allow', METHODS.join(', '));
  return answer;
}

const wholeAnswer = async (response: Response): Promise<Answer> =>
  new TextAnswer(await response.text(), response.status, Object.fromEntries(response.headers));

/** Tells the log which operation it was. */
function useOperationTitle(): Plugin<PluginContext> {
  return {
    onExecute({ args, context }) {
      context.exchange.operation = operationTitle(args);
    },
  };
}

/** Lets a failure before Yoga be told in the form that all others have. */
function useEarlierFailure(): Plugin<PluginContext> {
  return {
    onExecute({ context }) {
      if (context.failure !== undefined) throw context.failure;
    },
  };
}
