import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { sessionActorOfKey } from '../access-key/access-key.ts';
import { SECRET_PREFIX } from '../access-key/secret.ts';
import { bearerToken } from './bearer.ts';
import type { Caller } from './caller.ts';
import { rememberingPeople } from './remembered-people.ts';
import type { VerifyToken } from './token.ts';
import { userOf } from './user.ts';

/** What tells who is asking; `personOf` says whose a JWT is. */
export interface AuthenticationParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly personOf: (token: string) => Promise<Caller>;
}

/**
 * The caller that an Authorization header proves: an API key by its prefix, else a JWT.
 * A person seen for the first time gets an account.
 * @throws UnauthenticatedError · UnavailableError neither keys nor database can be asked now
 */
export async function authenticate(
  { database, clock, personOf }: AuthenticationParts,
  authorization: string | null,
): Promise<Caller> {
  const token = bearerToken(authorization);
  if (token.startsWith(SECRET_PREFIX)) {
    return { actor: await sessionActorOfKey(database, clock, token), tokenOrganizationId: null };
  }
  return personOf(token);
}

/** Who a JWT speaks for. @throws as `authenticate` */
export const personsBy = (
  database: Database,
  clock: Clock,
  verify: VerifyToken,
): AuthenticationParts['personOf'] =>
  rememberingPeople(clock, async (token) => {
    const identity = await verify(token);
    const actor = await userOf(database, clock, identity);
    const { organizationId: tokenOrganizationId, expiresAtMs } = identity;
    return { caller: { actor, tokenOrganizationId }, expiresAtMs };
  });
