import { type ExecutionArgs, getOperationAST } from 'graphql';
import { type CompiledQuery, compileQuery } from './compiled/compile-query.ts';
import { operationTitle } from './operation-title.ts';
import { costsBySizes } from './query-cost.ts';
import { type TextCache, textCache } from './text-cache.ts';

/** The times that a query is seen before it is compiled: compiling costs as much as many executions. */
const SEEN_BEFORE = 2;

/** A query that was parsed, validated and held to every limit, as a function. */
export interface CompiledOperation {
  readonly run: CompiledQuery;
  /** What it costs with these variables. */
  readonly cost: ReturnType<typeof costsBySizes>;
  /** For the log, such as `query Page`. */
  readonly title: string;
}

/** What is known of a query; `compiled` is null when it cannot be compiled. */
interface Seen {
  count: number;
  compiled: CompiledOperation | null | undefined;
}

/** The queries that come again, compiled; mutations never are. */
export interface CompiledQueries {
  /** The query, when it has come and was compiled before. */
  known(text: string, operationName: string | null | undefined): CompiledOperation | null;
  /** Counts a query that is about to be executed; gives it compiled when it has come often enough. */
  seen(text: string, args: ExecutionArgs): CompiledOperation | null;
}

/** `seenBefore`: the times that a query is seen before it is compiled. */
export function openCompiledQueries(seenBefore = SEEN_BEFORE): CompiledQueries {
  const documents: TextCache<Map<string, Seen>> = textCache();
  return {
    known: (text, operationName) => documents.get(text)?.get(operationName ?? '')?.compiled ?? null,
    seen(text, args) {
      if (getOperationAST(args.document, args.operationName)?.operation !== 'query') return null;
      const operations = documents.get(text) ?? new Map<string, Seen>();
      documents.set(text, operations);
      const name = args.operationName ?? '';
      const seen = operations.get(name) ?? { count: 0, compiled: undefined };
      operations.set(name, seen);
      seen.count += 1;
      if (seen.count >= seenBefore && seen.compiled === undefined) seen.compiled = compiled(args);
      return seen.compiled ?? null;
    },
  };
}

function compiled({ schema, document, operationName }: ExecutionArgs): CompiledOperation | null {
  const args = { schema, document, operationName: operationName ?? null };
  const run = compileQuery(args);
  return run && { run, cost: costsBySizes(args), title: operationTitle(args) ?? 'query' };
}
