import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { adviceHeaders, STATUS_OF_CODE } from '../http/problem.ts';
import { OUR_FAULT } from '../http/refusal.ts';
import { DomainError, UnavailableError } from '../kernel/errors.ts';
import { BAD_DOCUMENT, type Described, describeRequestError } from './error-phases.ts';
import type { ServerContext } from './exchange.ts';

const ERRORS_SHOWN = 10;
const MESSAGE_LENGTH = 300;

/** What a stranger to the schema must not learn from a typo. */
const SUGGESTION = / ?Did you mean [^?]*\?/g;

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}

/**
 * Gives every answer's errors their final form, whatever phase made them: a documented code, a message
 * of at most 300 characters, ten at most. Refusals (DomainError) keep their data; everything else is
 * masked as INTERNAL_SERVER_ERROR with the request id, and its cause goes to the log.
 */
export function usePresentedErrors(introspection: boolean): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      const { exchange } = serverContext;
      const present = (one: Result): Result => {
        if (!one.errors?.length) return one;
        const isWhole = one.data === undefined || one.data === null;
        const errors = one.errors
          .slice(0, ERRORS_SHOWN)
          .map((error) => presented(error, exchange, introspection, isWhole));
        return { ...one, errors };
      };
      if (Symbol.asyncIterator in result) setResult(eachPresented(result, present));
      else if (!Array.isArray(result)) setResult(present(result));
    },
  };
}

async function* eachPresented(results: AsyncIterable<Result>, present: (one: Result) => Result) {
  for await (const result of results) yield present(result);
}

/** `isWhole`: the error stands for the whole answer, so it may decide the HTTP status. */
function presented(
  error: GraphQLError,
  exchange: ServerContext['exchange'],
  introspection: boolean,
  isWhole: boolean,
): GraphQLError {
  const { message, extensions } = describe(error, exchange);
  const { http, ...shown } = extensions;
  return new GraphQLError(shortened(introspection ? message : message.replace(SUGGESTION, '')), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: isWhole && http ? { ...shown, http } : shown,
  });
}

function describe(error: GraphQLError, exchange: ServerContext['exchange']): Described {
  const cause = rootCause(error);
  if (cause instanceof DomainError) {
    if (cause instanceof UnavailableError) exchange.log.warn({ err: cause }, 'unavailable');
    return describeRefusal(cause, error);
  }
  if (cause instanceof PothosValidationError) {
    return { message: cause.message, extensions: { code: 'BAD_USER_INPUT' } };
  }
  const described = describeRequestError(error);
  if (described) return described;
  exchange.log.error({ err: cause, path: error.path?.join('.') }, 'internal error');
  return {
    message: OUR_FAULT,
    extensions: {
      code: 'INTERNAL_SERVER_ERROR',
      requestId: exchange.requestId,
      http: { status: error.path ? 200 : 500 },
    },
  };
}

function rootCause(error: Error): Error {
  return error instanceof GraphQLError && error.originalError
    ? rootCause(error.originalError)
    : error;
}

function describeRefusal(refusal: DomainError, error: GraphQLError): Described {
  const { code, cause: _, ...data } = { ...refusal };
  const status = STATUS_OF_CODE[code];
  const unexecuted = error.path ? undefined : BAD_DOCUMENT;
  const http = status ? { status, headers: adviceHeaders(refusal) } : unexecuted;
  return { message: refusal.message, extensions: { ...data, code, ...(http && { http }) } };
}

function shortened(message: string): string {
  if (message.length <= MESSAGE_LENGTH) return message;
  return `${message.slice(0, MESSAGE_LENGTH - 1).toWellFormed()}…`;
}
