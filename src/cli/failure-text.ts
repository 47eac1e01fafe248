import { ConfigError } from '../config-problem.ts';
import { DomainError } from '../kernel/errors.ts';

/** What to print of an error: its words where they were written for people, else all there is. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isWorded =
    error instanceof DomainError || error instanceof ConfigError || error.constructor === Error;
  const cause = error.cause instanceof Error ? `\nCause: ${error.cause.message}` : '';
  return `${isWorded ? error.message : (error.stack ?? error.message)}${cause}`;
}
