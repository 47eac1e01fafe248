import { type FieldProblem, InvalidInputError } from './errors.ts';

/** Where a value stands, and what its rule says of it: null when it keeps the rule. */
type Finding = readonly [path: string | readonly string[], message: string | null | undefined];

/** The findings that are problems, each with its whole path. */
export const problemsOf = (findings: readonly Finding[]): FieldProblem[] =>
  findings.flatMap(([path, message]) =>
    message ? [{ path: typeof path === 'string' ? [path] : path, message }] : [],
  );

/**
 * Refuses input with every rule it breaks at once.
 * @throws InvalidInputError when any finding is a problem
 */
export function refuse(...findings: readonly Finding[]): void {
  const problems = problemsOf(findings);
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/** What `read` makes of a value that was given; null for one that was not. */
export const ifGiven = <T, Result = string | null>(
  value: T | null | undefined,
  read: (value: T) => Result,
): Result | null => (value == null ? null : read(value));
