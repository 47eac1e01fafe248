import { SignJWT } from 'jose';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/clock.ts';

/** Whom a development token speaks for. */
export interface DevelopmentPerson {
  readonly email: string;
  readonly name?: string | undefined;
  readonly organizationId?: string | undefined;
}

/** The subject of everyone who signs in with a development token: the same for the same email. */
export const developmentSubject = (email: string): string => `development|${email}`;

/** A signed HS256 token that expires `lifetimeMs` from now. */
export function signToken(
  person: DevelopmentPerson,
  rules: {
    readonly secret: string;
    readonly issuer?: string | undefined;
    readonly audience?: string | undefined;
    readonly lifetimeMs: number;
  },
  clock: Clock,
): Promise<string> {
  const now = Math.floor(clock().getTime() / SECOND_MS);
  const token = new SignJWT({
    email: person.email,
    ...(person.name === undefined ? {} : { name: person.name }),
    ...(person.organizationId === undefined ? {} : { org_id: person.organizationId }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(developmentSubject(person.email))
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(rules.lifetimeMs / SECOND_MS));
  if (rules.issuer !== undefined) token.setIssuer(rules.issuer);
  if (rules.audience !== undefined) token.setAudience(rules.audience);
  return token.sign(new TextEncoder().encode(rules.secret));
}
