import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { readBody } from '../http/body.ts';
import { inspectJson } from '../kernel/json-text.ts';
import type { ServerContext } from './exchange.ts';

/** Guards against JSON that is costly to handle: 16 levels of stored JSON, inside of a list of events. */
export const JSON_LIMITS = { maxDepth: 24, maxNodes: 500_000 };

/**
 * Replaces every request parser of Yoga: POST takes application/json and nothing else (no forms, no
 * multipart, no bare documents), GET takes the URL. Both read JSON only after it was inspected.
 *
 * This is also the defence against cross-site request forgery: the only credential is a bearer token,
 * which no browser attaches by itself, and the only body is one that forces a CORS preflight.
 */
export function useRequestParser(limitBytes: number): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, url, serverContext, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => paramsOfUrl(url.searchParams));
      if (request.method !== 'POST') return;
      if (!isJson(request.headers.get('content-type'))) throw unsupported();
      setRequestParser(async (incoming) => {
        const body = await readBody(incoming, limitBytes);
        serverContext.exchange.bodyBytes = body.byteLength;
        return paramsOfBody(inspectedJson(decoded(body), 'The request body'));
      });
    },
  };
}

/** application/json with no charset but UTF-8. */
function isJson(contentType: string | null): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .replaceAll(/[\s"]/g, '')
    .split(';');
  return (
    type === 'application/json' &&
    parameters.every((parameter) => !/^charset=(?!utf-?8$)/.test(parameter))
  );
}

const unsupported = (): GraphQLError =>
  new GraphQLError('Send the request body as application/json in UTF-8.', {
    extensions: {
      code: 'BAD_USER_INPUT',
      http: { status: 415, headers: { accept: 'application/json' } },
    },
  });

/** Yoga looks at the other parameters, and at whether these are any. */
function paramsOfBody(body: unknown): GraphQLParams {
  const { operationName = null } = Object(body);
  if (operationName !== null && typeof operationName !== 'string') {
    throw badRequest(['operationName'], 'The parameter operationName must be a string.');
  }
  return body as GraphQLParams;
}

function paramsOfUrl(search: URLSearchParams): GraphQLParams {
  const json = (name: string) => {
    const text = search.get(name);
    return text ? { [name]: inspectedJson(text, `The parameter ${name}`) } : {};
  };
  const plain = (name: string) => {
    const text = search.get(name);
    return text ? { [name]: text } : {};
  };
  return {
    ...plain('query'),
    ...plain('operationName'),
    ...json('variables'),
    ...json('extensions'),
  };
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badRequest([], 'The request body is not valid UTF-8.');
  }
}

function inspectedJson(text: string, what: string): unknown {
  const problem = inspectJson(text, JSON_LIMITS);
  try {
    const value: unknown = JSON.parse(text);
    if (problem === null) return value;
  } catch {
    // The parser's own message would repeat pieces of the body.
    throw badRequest([], `${what} is not valid JSON.`);
  }
  throw badRequest(
    problem.path,
    `${what}, line ${problem.line}:${problem.column}: ${problem.message}`,
  );
}

/** A refusal of the whole request; its status is 400 for every client. */
const badRequest = (path: readonly string[], message: string): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path, message }], http: { status: 400 } },
  });
