import { UnauthenticatedError } from '../../kernel/errors.ts';

/** Longer tokens are refused unread. */
export const TOKEN_LIMIT_BYTES = 8192;

/**
 * The bearer token of an Authorization header (RFC 6750, section 2.1).
 * @throws UnauthenticatedError it is absent, of another scheme, too long or malformed
 */
export function bearerToken(authorization: string | null): string {
  if (!authorization) throw new UnauthenticatedError('missing');
  if (authorization.length > TOKEN_LIMIT_BYTES) throw new UnauthenticatedError('invalid');
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization.trim())?.[1];
  if (!token) throw new UnauthenticatedError('invalid');
  return token;
}
