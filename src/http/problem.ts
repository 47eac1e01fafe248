import { STATUS_CODES } from 'node:http';
import {
  type DomainError,
  InvalidInputError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from '../kernel/errors.ts';
import type { Incoming } from './incoming.ts';

/** The HTTP status of a refusal that stops a whole request; other codes travel inside a 200. */
export const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/** The HTTP status of each refusal at the doors that do not speak GraphQL; 400 for the others. */
const PLAIN_STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ...STATUS_OF_CODE,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LOG_FORKED: 409,
  SLUG_TAKEN: 409,
  VERSION_CONFLICT: 409,
};

const FIELDS_SHOWN = 10;

/** An RFC 9457 problem, for the doors that do not speak GraphQL. */
export const problem = (status: number, detail: string, more: object = {}): Response =>
  new Response(
    JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, ...more }),
    {
      status,
      headers: { 'content-type': 'application/problem+json' },
    },
  );

/** A refusal as an RFC 9457 problem, with the code and the data that GraphQL's errors have too. */
export function problemOf(error: DomainError): Response {
  const { cause: _, ...data } = { ...error };
  const shown =
    error instanceof InvalidInputError
      ? { ...data, fields: error.fields.slice(0, FIELDS_SHOWN) }
      : data;
  const response = problem(PLAIN_STATUS_OF_CODE[error.code] ?? 400, error.message, shown);
  for (const [name, value] of Object.entries(adviceHeaders(error))) {
    response.headers.set(name, value);
  }
  return response;
}

/** A GraphQL answer with one error and no data, made without looking at the document. */
export function graphqlRefusal(
  request: Incoming,
  status: number,
  message: string,
  extensions: Record<string, unknown>,
): Response {
  const accepted = request.headers.get('accept') ?? '';
  const type = accepted.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions }] }), {
    status,
    headers: { 'content-type': `${type}; charset=utf-8` },
  });
}

/** The headers with which a refusal tells a client what to do next. */
export function adviceHeaders(error: DomainError): Record<string, string> {
  if (error instanceof UnauthenticatedError) return { 'www-authenticate': challenge(error) };
  if (error instanceof UnavailableError || error instanceof RateLimitedError) {
    return { 'retry-after': String(error.retryAfterSeconds) };
  }
  return {};
}

/** RFC 6750, section 3: a request without a token is told no error. */
const challenge = ({ reason, message }: UnauthenticatedError): string =>
  reason === 'missing'
    ? 'Bearer realm="orgtrail"'
    : `Bearer realm="orgtrail", error="invalid_token", error_description="${message}"`;
