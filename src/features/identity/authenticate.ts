import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyActor, UserActor } from '../../ledger/session.ts';
import { sessionActorOfKey } from '../access-key/access-key.ts';
import { SECRET_PREFIX } from '../access-key/secret.ts';
import { bearerToken } from './bearer.ts';
import type { VerifyToken } from './token.ts';
import { userOf } from './user.ts';

/** Who is asking, and the organization their token names. */
export interface Caller {
  readonly actor: UserActor | KeyActor;
  readonly tokenOrganizationId: string | null;
}

/**
 * The caller that an Authorization header proves: an API key by its prefix, else a JWT.
 * A person seen for the first time gets an account.
 * @throws UnauthenticatedError · UnavailableError neither keys nor database can be asked now
 */
export async function authenticate(
  { database, clock, verify }: { database: Database; clock: Clock; verify: VerifyToken },
  authorization: string | null,
): Promise<Caller> {
  const token = bearerToken(authorization);
  if (token.startsWith(SECRET_PREFIX)) {
    return { actor: await sessionActorOfKey(database, clock, token), tokenOrganizationId: null };
  }
  const identity = await verify(token);
  const actor = await userOf(database, clock, identity);
  return { actor, tokenOrganizationId: identity.organizationId };
}
