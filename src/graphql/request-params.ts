import { GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { decodedBody, inspectedJson, isJsonType } from '../http/json-body.ts';
import { InvalidInputError } from '../kernel/errors.ts';

/**
 * What a request asks. POST takes application/json and nothing else (no forms, no multipart, no bare
 * documents), GET takes the URL. Both read JSON only after it was inspected.
 *
 * This is also the defence against cross-site request forgery: the only credential is a bearer token,
 * which no browser attaches by itself, and the only body is one that forces a CORS preflight.
 * @throws GraphQLError it cannot be read
 */
export async function paramsOf(exchange: Exchange, limitBytes: number): Promise<GraphQLParams> {
  const { request, url } = exchange;
  if (request.method !== 'POST') return paramsOfUrl(url.searchParams);
  if (!isJsonType(request.headers.get('content-type'))) throw unsupported();
  const body = await readBody(request, limitBytes);
  exchange.bodyBytes = body.byteLength;
  return paramsOfBody(asBadRequest(() => inspectedJson(decodedBody(body), 'The request body')));
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
    return text ? { [name]: asBadRequest(() => inspectedJson(text, `The parameter ${name}`)) } : {};
  };
  const plain = (name: string) => {
    const text = search.get(name);
    return text ? { [name]: text } : {};
  };
  return {
    ...plain('query'),
    ...plain('operationName'),
    ...plain('documentId'),
    ...json('variables'),
    ...json('extensions'),
  };
}

/** Refusals of the request's JSON as ones of the whole request. */
function asBadRequest<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const [problem] = error.fields;
    throw badRequest(problem?.path ?? [], problem?.message ?? error.message);
  }
}

/** A refusal of the whole request; its status is 400 for every client. */
const badRequest = (path: readonly string[], message: string): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path, message }], http: { status: 400 } },
  });
