import { DomainError, UnauthenticatedError } from '../kernel/errors.ts';
import type { Exchange } from './exchange.ts';
import { adviceHeaders, graphqlRefusal, problem, STATUS_OF_CODE } from './problem.ts';

const OURS = 'Something failed on our side. Tell us the request id.';

/** The answer to a request that ended in an error before GraphQL saw it; the cause goes to the log. */
export function refusalOf(error: unknown, exchange: Exchange): Response {
  const { request, url, log, requestId } = exchange;
  const known = error instanceof DomainError ? error : undefined;
  if (known instanceof UnauthenticatedError) log.debug({ err: known }, 'unauthenticated');
  else if (known) log.warn({ err: known }, 'refused');
  else log.error({ err: error }, 'internal error');
  const status = known ? (STATUS_OF_CODE[known.code] ?? 400) : 500;
  const message = known?.message ?? OURS;
  const code = known?.code ?? 'INTERNAL_SERVER_ERROR';
  const response =
    url.pathname === '/graphql'
      ? graphqlRefusal(request, status, message, { code, ...(known ? {} : { requestId }) })
      : problem(status, message);
  if (known) {
    for (const [name, value] of Object.entries(adviceHeaders(known)))
      response.headers.set(name, value);
  }
  return response;
}
