import { InvalidInputError } from '../kernel/errors.ts';
import { inspectJson } from '../kernel/json-text.ts';

/** Guards against JSON that is costly to handle: 16 levels of stored JSON, inside of a list of events. */
export const JSON_LIMITS = { maxDepth: 24, maxNodes: 500_000 };

/** Whether a Content-Type is application/json, with no charset but UTF-8. */
export function isJsonType(contentType: string | null): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .replaceAll(/[\s"]/g, '')
    .split(';');
  return (
    type === 'application/json' &&
    parameters.every((parameter) => !/^charset=(?!utf-?8$)/.test(parameter))
  );
}

/** The text of a body. @throws InvalidInputError it is not UTF-8 */
export function decodedBody(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw refusal([], 'The request body is not valid UTF-8.');
  }
}

/**
 * The value of JSON text from outside, `what` being its name; inspected before it is parsed.
 * @throws InvalidInputError it is no JSON, or over a limit, or holds what parsing would change
 */
export function inspectedJson(text: string, what: string): unknown {
  const found = inspectJson(text, JSON_LIMITS);
  try {
    const value: unknown = JSON.parse(text);
    if (found === null) return value;
  } catch {
    // The parser's own message would repeat pieces of the body.
    throw refusal([], `${what} is not valid JSON.`);
  }
  throw refusal(found.path, `${what}, line ${found.line}:${found.column}: ${found.message}`);
}

const refusal = (path: readonly string[], message: string) =>
  new InvalidInputError([{ path, message }]);
