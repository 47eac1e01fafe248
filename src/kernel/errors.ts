/** A refusal the caller can act on; reaches clients as data or as `extensions.code`, never masked. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
}

/** The caller has no valid identity; says no more of why than `expired` or `invalid`. */
export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED';
  readonly reason: 'missing' | 'expired' | 'invalid';

  constructor(reason: 'missing' | 'expired' | 'invalid') {
    super(
      reason === 'missing'
        ? 'Send a bearer token in the Authorization header.'
        : `The bearer token is ${reason}.`,
    );
    this.reason = reason;
  }
}

/** The caller belongs to the organization but lacks `permission` in it. */
export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
  readonly permission: string;

  constructor(permission: string) {
    super(`You need the permission ${permission} to do this.`);
    this.permission = permission;
  }
}

/** Absent, or hidden from this caller: the two are deliberately indistinguishable. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';

  constructor(kind: string, id: string) {
    super(`${kind} ${JSON.stringify(id.slice(0, 100))} does not exist, or is not yours to see.`);
  }
}

/** No rule chose an organization; `choices` are those the caller belongs to. */
export class OrganizationNotSelectedError extends DomainError {
  readonly code = 'ORGANIZATION_NOT_SELECTED';
  readonly choices: readonly { id: string; name: string; slug: string }[];

  constructor(choices: readonly { id: string; name: string; slug: string }[]) {
    super(
      choices.length === 0
        ? 'You belong to no organization yet: create one first.'
        : 'Choose an organization: give organizationId, send X-Organization-Id, or call selectOrganization.',
    );
    this.choices = choices;
  }
}

/** One input that broke a rule: where it stands, and the rule. */
export interface FieldProblem {
  path: readonly string[];
  message: string;
}

/** The input breaks rules; `fields` names every one of them, and nothing was stored. */
export class InvalidInputError extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly fields: readonly FieldProblem[];

  constructor(fields: readonly FieldProblem[]) {
    super(
      fields
        .map(({ path, message }) => (path.length ? `${path.join('.')}: ${message}` : message))
        .join(' '),
    );
    this.fields = fields;
  }
}

/** The request contradicts the present state; `message` says what to do first. */
export class ConflictError extends DomainError {
  readonly code = 'CONFLICT';
}

/** More than a documented limit allows; `message` names the limit. */
export class PayloadTooLargeError extends DomainError {
  readonly code = 'PAYLOAD_TOO_LARGE';
}

/** More than one may ask for in a while; `message` names the limit, and `retryAfterSeconds` its end. */
export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Busy or cut off from the database: the same request may succeed after `retryAfterSeconds`. */
export class UnavailableError extends DomainError {
  readonly code = 'UNAVAILABLE';
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}
