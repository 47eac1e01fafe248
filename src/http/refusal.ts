import { DomainError, RateLimitedError, UnauthenticatedError } from '../kernel/errors.ts';
import type { Exchange } from './exchange.ts';
import { adviceHeaders, graphqlRefusal, problem, problemOf, STATUS_OF_CODE } from './problem.ts';

/** What anyone is told of a failure that is not theirs. */
export const OUR_FAULT = 'Something failed on our side. Tell us the request id.';

/** The answer to a request that ended in an error outside of GraphQL; the cause goes to the log. */
export function refusalOf(error: unknown, exchange: Exchange): Response {
  return error instanceof DomainError ? known(error, exchange) : unknown(error, exchange);
}

function known(error: DomainError, { request, url, log }: Exchange): Response {
  const status = STATUS_OF_CODE[error.code];
  const isOrdinary = error instanceof UnauthenticatedError || error instanceof RateLimitedError;
  if (status === undefined || isOrdinary) {
    log.debug({ err: error }, 'refused');
  } else {
    log.warn({ err: error }, 'refused');
  }
  if (url.pathname !== '/graphql') return problemOf(error);
  const response = graphqlRefusal(request, status ?? 400, error.message, { code: error.code });
  for (const [name, value] of Object.entries(adviceHeaders(error))) {
    response.headers.set(name, value);
  }
  return response;
}

function unknown(error: unknown, { request, url, log, requestId }: Exchange): Response {
  log.error({ err: error }, 'internal error');
  const code = 'INTERNAL_SERVER_ERROR';
  return url.pathname === '/graphql'
    ? graphqlRefusal(request, 500, OUR_FAULT, { code, requestId })
    : problem(500, OUR_FAULT, { code, requestId });
}
