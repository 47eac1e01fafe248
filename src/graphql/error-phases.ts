import { type GraphQLError, type GraphQLErrorExtensions, Kind } from 'graphql';

/** What a client is told of an error. */
export interface Described {
  readonly message: string;
  readonly extensions: GraphQLErrorExtensions;
}

/** 400, except that application/json keeps 200 for what GraphQL refuses (GraphQL over HTTP, `spec`). */
export const BAD_DOCUMENT = { status: 400, spec: true };

/** Codes that errors made by this server's own machinery carry already. */
const OWN_CODES = new Set(['BAD_USER_INPUT', 'QUERY_TOO_COMPLEX', 'PAYLOAD_TOO_LARGE']);

/**
 * Tells an error of the request (its parameters, document, values) by the phase that made it;
 * undefined for an error of a resolver, which says nothing to a client.
 */
export function describeRequestError(error: GraphQLError): Described | undefined {
  const { message, extensions } = error;
  const code = String(extensions['code'] ?? '');
  if (OWN_CODES.has(code)) return { message, extensions };
  if (isAboutValue(error)) return badInput(valueMessage(message));
  const isUnforeseen = extensions['unexpected'] === true || error.originalError !== undefined;
  if (error.path !== undefined || isUnforeseen) return undefined;
  if (message.startsWith('Syntax Error')) {
    return { message, extensions: { code: 'GRAPHQL_PARSE_FAILED', http: BAD_DOCUMENT } };
  }
  if (code === 'GRAPHQL_VALIDATION_FAILED') {
    return { message, extensions: { code, http: BAD_DOCUMENT } };
  }
  const http = code === 'BAD_REQUEST' ? extensions.http : BAD_DOCUMENT;
  return { message, extensions: { code: 'BAD_USER_INPUT', ...(http && { http }) } };
}

const badInput = (message: string): Described => ({
  message,
  extensions: { code: 'BAD_USER_INPUT', http: BAD_DOCUMENT },
});

const LITERALS: ReadonlySet<string> = new Set([
  ...[Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL],
  ...[Kind.ENUM, Kind.LIST, Kind.OBJECT],
]);

/** A variable or literal that its type refuses: graphql points at the variable's definition or the literal. */
function isAboutValue({ nodes, message, path }: GraphQLError): boolean {
  const kind = nodes?.[0]?.kind ?? '';
  if (path !== undefined) return /^Argument "/.test(message) && LITERALS.has(kind);
  return (
    LITERALS.has(kind) || (kind === Kind.VARIABLE_DEFINITION && message.startsWith('Variable "$'))
  );
}

/** The end of a message, in which the place and the rule stand. */
const TAIL_LENGTH = 2000;

/** Leaves out the echo of the value, which may be as large as the whole body, and keeps the rule. */
function valueMessage(message: string): string {
  const [, name] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (name === undefined) return message;
  const tail = message.slice(-TAIL_LENGTH);
  const [, place, rule] = new RegExp(` at "(${name}[.[][^"]*)"; (.*)$`, 's').exec(tail) ?? [];
  if (place !== undefined) return `The variable $${place} is invalid: ${rule}`;
  return `The variable $${name} is invalid: ${tail.slice(tail.lastIndexOf('; ') + 2)}`;
}
