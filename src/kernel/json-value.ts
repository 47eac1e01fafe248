import canonicalize from 'canonicalize';
import { storableTextProblem, unstorableIn } from './text.ts';

/** Where a value breaks a rule, and the rule. */
export interface ValueProblem {
  readonly path: string[];
  readonly message: string;
}

/** Nesting that a stored value may have: `[]` and `{}` are one deep, `3` is none. */
export const STORED_DEPTH = 16;

/**
 * The first reason why a value cannot be stored and read back as it is, or null.
 * A storable value is JSON that every reader understands alike (RFC 7493): no lone surrogates and
 * no U+0000 in keys or texts, no number that is not finite, no integer beyond 2^53 - 1, nothing
 * nested deeper than `maxDepth`, nothing that JSON cannot say.
 */
export const storableProblem = (
  value: unknown,
  { maxDepth = STORED_DEPTH }: { maxDepth?: number } = {},
): ValueProblem | null => problemAt(value, [], maxDepth);

/** Leaves `path` standing at the offending value, else as it was. */
function problemAt(value: unknown, path: string[], maxDepth: number): ValueProblem | null {
  if (typeof value === 'object' && value !== null) return containerProblem(value, path, maxDepth);
  const message = scalarProblem(value);
  return message === null ? null : { path, message };
}

const NOT_JSON = 'Must be JSON: null, true, false, a number, a string, an array or an object.';

function scalarProblem(value: unknown): string | null {
  if (typeof value === 'string') return storableTextProblem(value);
  if (typeof value === 'number') return numberProblem(value);
  return typeof value === 'boolean' || value === null ? null : NOT_JSON;
}

/** What keeps a number from being read back as it was written, or null. */
export function numberProblem(value: number): string | null {
  if (!Number.isFinite(value)) return 'Must be a finite number.';
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return null;
  return 'Must not be an integer beyond 2^53 - 1, which readers of JSON round: send it as a string.';
}

function containerProblem(value: object, path: string[], maxDepth: number): ValueProblem | null {
  if (path.length >= maxDepth) {
    return { path, message: `Must not be nested more than ${maxDepth} deep.` };
  }
  if (!Array.isArray(value) && !isPlain(value)) return { path, message: NOT_JSON };
  // Array.from turns a hole into undefined, which is refused as an element.
  const entries = Array.isArray(value) ? Array.from(value).entries() : Object.entries(value);
  for (const [key, item] of entries) {
    const name = String(key);
    const fault = unstorableIn(name);
    if (fault !== null) return { path, message: `A key must not contain ${fault}.` };
    path.push(name);
    const problem = problemAt(item, path, maxDepth);
    if (problem !== null) return problem;
    path.pop();
  }
  return null;
}

/** Made by a literal or a parser, in whichever realm: with no prototype, or with one that has none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The one text of a JSON value (RFC 8785): keys sorted by UTF-16 code units, no white space.
 *
 * Give it what `storableProblem` passes: of other things it leaves out what JSON cannot say.
 *
 * @throws Error for a lone surrogate, a number that is not finite, or nothing that JSON can say.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(NOT_JSON);
  return text;
}

/** Bytes that a well-formed text takes in UTF-8. */
export const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');
