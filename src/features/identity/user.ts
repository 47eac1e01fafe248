import type { Database } from '../../database/database.ts';
import { isDuplicate } from '../../database/unique.ts';
import type { Prisma, User as Row } from '../../generated/sqlite/client.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type UserId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import type { Session, UserActor } from '../../ledger/session.ts';
import { unrecordedBeforeSession } from '../../ledger/unrecorded.ts';

/** A person's row. */
export type User = Row;

/** What a checked token says of a person; the address is normalised. */
export interface TokenClaims {
  readonly subject: string;
  readonly email: string;
  readonly name: string | null;
}

/**
 * The people a session may see: the caller, and everyone it shares an organization with; for an API
 * key those of its organization, if it may read that.
 */
export function visibleTo({ actor }: Session): Prisma.UserWhereInput {
  const inOrganization = (organization: Prisma.OrganizationWhereInput) => ({
    memberships: { some: { organization: { purgeAt: null, ...organization } } },
  });
  switch (actor.type) {
    case 'USER':
      return {
        OR: [{ id: actor.id }, inOrganization({ memberships: { some: { userId: actor.id } } })],
      };
    case 'API_KEY':
      return actor.permissions.includes('organization:read')
        ? inOrganization({ id: actor.organizationId })
        : { id: { in: [] } };
    case 'SYSTEM':
      return {};
  }
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function usersBy(session: Session, ids: readonly string[]): Promise<(User | null)[]> {
  const rows = await session.read.user.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  return inOrderOf(ids, rows);
}

/**
 * The person a token speaks for: made at first sight, and kept in step with what the token says.
 * The subject identifies them; an address may move from one person to another without its rights.
 */
export async function userOf(
  database: Database,
  clock: Clock,
  claims: TokenClaims,
): Promise<UserActor> {
  // Every request comes by here: one prepared statement past Prisma.
  const [known] = await database.select<Pick<User, 'id' | 'email' | 'name'>>(
    'SELECT "id", "email", "name" FROM "User" WHERE "subject" = $1',
    [claims.subject],
  );
  if (known && known.email === claims.email && (known.name === claims.name || !claims.name)) {
    return actorOf(known);
  }
  return actorOf(await storeUser(database, clock(), claims));
}

async function storeUser(
  database: Database,
  now: Date,
  { subject, email, name }: TokenClaims,
): Promise<User> {
  const store = () =>
    unrecordedBeforeSession(database, 'an account outside any organization', (transaction) =>
      transaction.user.upsert({
        where: { subject },
        create: { id: newId('usr'), subject, email, name, createdAt: now, updatedAt: now },
        update: { email, ...(name && { name }), updatedAt: now },
      }),
    );
  try {
    return await store();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return store();
  }
}

const actorOf = ({ id, email, name }: Pick<User, 'id' | 'email' | 'name'>): UserActor => ({
  type: 'USER',
  id: id as UserId,
  email,
  name,
});
