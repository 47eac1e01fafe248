import type { GraphQLParams } from 'graphql-yoga';
import { TextAnswer } from '../http/answer.ts';
import { waitedFor } from '../http/waited-for.ts';
import type { CompiledQueries } from './compiled-queries.ts';
import { type ContextOptions, createContext } from './context.ts';
import type { ServerContext } from './exchange.ts';
import { acceptedType } from './media-type.ts';
import { costTold } from './query-cost.ts';

interface RepeatedOptions extends ContextOptions {
  readonly queries: CompiledQueries;
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
}

/**
 * Answers queries that came before, without the way through Yoga: their documents were parsed,
 * validated and held to every limit when they came first, and are kept compiled. Null for all else,
 * and for every answer that would hold an error: then Yoga answers, so that refusals have one form.
 * What depends on values (rights, sizes, cost) is asked each time.
 * @throws UnavailableError it took too long, or the client went away
 */
export function repeatedQueries(options: RepeatedOptions) {
  // Over the limit it is for Yoga to refuse; within it, nothing else need count it.
  const counted = { signer: options.signer, costLimit: null };
  return async (context: ServerContext): Promise<TextAnswer | null> => {
    const { exchange, session } = context;
    const { request } = exchange;
    const type = acceptedType(request.headers.get('accept'));
    const known = type ? await knownQuery(context, options) : null;
    if (!type || !known) return null;
    const { query, given, variables } = known;
    exchange.operation = query.title;
    const contextValue = createContext(session, counted);
    const cost = query.cost(contextValue, given);
    if (cost > options.costLimit) return null;
    const data = await waitedFor(request.signal, options.requestTimeoutMs, () =>
      query.run.written(contextValue, variables),
    );
    if (data === null) return null;
    const told = costTold(request, options.costLimit, () => cost);
    return new TextAnswer(answerText(data, told), 200, { 'content-type': type });
  };
}

const answerText = (data: string, extensions: object | null): string =>
  `{"data":${data}${extensions ? `,"extensions":${JSON.stringify(extensions)}` : ''}}`;

/** The query that is asked, when it came before and nothing about the request is odd. */
async function knownQuery(
  { exchange, asked }: ServerContext,
  { queries, bodyLimitBytes }: RepeatedOptions,
) {
  if (exchange.request.method !== 'POST') return null;
  const params = await asked.catch(() => null);
  if (!isPlain(params) || exchange.bodyBytes > bodyLimitBytes) return null;
  const query = queries.known(params.query, params.operationName);
  const given = params.variables ?? {};
  const variables = query?.run.coerced(given);
  return query && variables ? { query, given, variables } : null;
}

type PlainParams = GraphQLParams & { readonly query: string };

const PLAIN = new Set(['query', 'variables', 'operationName']);

/** Whether these are a document, its variables and a name, and nothing else that Yoga might know. */
const isPlain = (params: GraphQLParams | null): params is PlainParams =>
  typeof params?.query === 'string' &&
  isRecord(params.variables ?? {}) &&
  Object.keys(params).every((name) => PLAIN.has(name));

const isRecord = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);
