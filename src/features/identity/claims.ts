import type { JWTPayload } from 'jose';
import { SECOND_MS } from '../../kernel/clock.ts';
import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { UnauthenticatedError } from '../../kernel/errors.ts';

/** A person as a verified token describes them. */
export interface UserIdentity {
  readonly kind: 'user';
  /** The token's `sub`: what identifies the person for ever. */
  readonly subject: string;
  /** Normalised. */
  readonly email: string;
  readonly name: string | null;
  /** The `org_id` claim, unchecked: membership decides. */
  readonly organizationId: string | null;
  /** The `exp` claim: until then it is good. */
  readonly expiresAtMs: number;
}

const TEXT_LIMIT = 255;

/**
 * The person that verified claims describe.
 * @throws UnauthenticatedError `sub` or `email` is absent or malformed, or `email_verified` is false
 */
export function identityOf(claims: JWTPayload): UserIdentity {
  const subject = plainText(claims.sub);
  const given = plainText(claims['email']);
  if (subject === null || given === null || claims['email_verified'] === false) {
    throw new UnauthenticatedError('invalid');
  }
  const email = normalizeEmail(given);
  if (emailProblem(email) !== null) throw new UnauthenticatedError('invalid');
  return {
    kind: 'user',
    subject,
    email,
    name: plainText(claims['name']),
    organizationId: plainText(claims['org_id']),
    expiresAtMs: (claims.exp ?? 0) * SECOND_MS,
  };
}

/** Text fit to be stored and shown on one line; null for anything else. */
function plainText(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > TEXT_LIMIT || !value.isWellFormed()) return null;
  const text = value.trim();
  return text === '' || /\p{Cc}/u.test(text) ? null : text;
}
