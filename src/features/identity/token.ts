import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Clock } from '../../kernel/clock.ts';
import { DomainError, UnauthenticatedError } from '../../kernel/errors.ts';
import { identityOf, type UserIdentity } from './claims.ts';
import { remoteKeys } from './remote-keys.ts';

/** What tokens are verified by: a shared secret (HS256 only) or published keys (asymmetric only). */
export type KeySource =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: URL };

export interface TokenRules {
  readonly keySource: KeySource;
  /** When given, `iss` must equal it. */
  readonly issuer?: string | undefined;
  /** When not empty, `aud` must contain one of them. */
  readonly audiences?: readonly string[];
}

/** @throws UnauthenticatedError · UnavailableError the keys cannot be had now */
export type VerifyToken = (token: string) => Promise<UserIdentity>;

/** Clocks of issuer and server may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

const SYMMETRIC = ['HS256'];
const ASYMMETRIC = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * A verifier of JWTs (RFC 7519, and RFC 8725 on how to be strict about it). The algorithm follows
 * from the key source, never from the token: a published key is no HMAC secret, and `none` is no algorithm.
 */
export function tokenVerifier(rules: TokenRules, clock: Clock): VerifyToken {
  const options = {
    algorithms: rules.keySource.kind === 'secret' ? SYMMETRIC : ASYMMETRIC,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    ...(rules.issuer === undefined ? {} : { issuer: rules.issuer }),
    ...(rules.audiences?.length ? { audience: [...rules.audiences] } : {}),
  };
  const keys = keyGetter(rules.keySource, clock);
  return async (token) => {
    try {
      return identityOf(await verifiedClaims(token, keys, { ...options, currentDate: clock() }));
    } catch (error) {
      throw asRefusal(error);
    }
  };
}

function keyGetter(source: KeySource, clock: Clock): JWTVerifyGetKey {
  if (source.kind === 'jwks') return remoteKeys(source.url, clock);
  const secret = new TextEncoder().encode(source.secret);
  return () => secret;
}

async function verifiedClaims(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions) {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys)
      return verifiedByAny(token, error, options);
    throw error;
  }
}

/** For a token without a key id, when several keys could have signed it. */
async function verifiedByAny(
  token: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
) {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new UnauthenticatedError('invalid');
}

/** What the caller is told; the true reason stays in `cause`, for the log. */
function asRefusal(cause: unknown): unknown {
  if (cause instanceof DomainError) return cause;
  const reason = cause instanceof errors.JWTExpired ? 'expired' : 'invalid';
  return Object.assign(new UnauthenticatedError(reason), { cause });
}
