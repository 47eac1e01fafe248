import { DomainError } from '../kernel/errors.ts';

/**
 * The log contradicts what was signed of it, or its own head: it was rewritten, or an older copy of
 * the database was put back. Nothing is proved or signed of it until an operator has looked.
 */
export class LogForkedError extends DomainError {
  readonly code = 'LOG_FORKED';

  constructor(finding: string) {
    super(`${finding} Run npm run doctor: it says what to do.`);
  }
}
