import type { GraphQLParams } from 'graphql-yoga';
import { TextAnswer } from '../http/answer.ts';
import { waitedFor } from '../http/waited-for.ts';
import { writtenData } from './compiled-execution.ts';
import type { CompiledOperation, CompiledQueries } from './compiled-queries.ts';
import { type ContextOptions, createContext } from './context.ts';
import type { ServerContext } from './exchange.ts';
import { unknownInVariables } from './known-keys.ts';
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
 * What depends on values (rights, sizes, complexity) is asked each time, by the same code.
 * @throws UnavailableError it took too long, or the client went away
 */
export function repeatedQueries(options: RepeatedOptions) {
  return async (context: ServerContext): Promise<TextAnswer | null> => {
    const { request } = context.exchange;
    const type = acceptedType(request.headers.get('accept'));
    const known = type ? await knownQuery(context, options) : null;
    if (!type || !known) return null;
    const { query, variables } = known;
    context.exchange.operation = query.title;
    const contextValue = createContext(context.session, options);
    const data = await waitedFor(request.signal, options.requestTimeoutMs, () =>
      writtenData(query, contextValue, variables),
    );
    if (data === null) return null;
    const cost = costTold(request, { ...query.args, contextValue, variableValues: variables });
    const told = cost ? `,"extensions":${JSON.stringify(cost)}` : '';
    return new TextAnswer(`{"data":${data}${told}}`, 200, { 'content-type': type });
  };
}

/** The query that is asked, when it came before and nothing about the request is odd. */
async function knownQuery(
  { exchange, asked }: ServerContext,
  { queries, bodyLimitBytes }: RepeatedOptions,
) {
  if (exchange.request.method !== 'POST') return null;
  const params = await asked.catch(() => null);
  if (!isPlain(params) || exchange.bodyBytes > bodyLimitBytes) return null;
  const query = queries.known(params.query, params.operationName);
  if (!query || hasUnknownKeys(query, params.variables)) return null;
  return { query, variables: params.variables };
}

type PlainParams = GraphQLParams & { readonly query: string };

const PLAIN = new Set(['query', 'variables', 'operationName']);

/** Whether these are a document, its variables and a name, and nothing else that Yoga might know. */
const isPlain = (params: GraphQLParams | null): params is PlainParams =>
  typeof params?.query === 'string' &&
  isRecord(params.variables ?? {}) &&
  Object.keys(params).every((name) => PLAIN.has(name));

const isRecord = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

const hasUnknownKeys = ({ args }: CompiledOperation, variableValues: PlainParams['variables']) =>
  !unknownInVariables({ ...args, variableValues }).next().done;
