import type { Session } from '../../ledger/session.ts';
import { type User, usersBy } from './user.ts';

/** The signed-in person; null for an API key. */
export async function viewerUser(session: Session): Promise<User | null> {
  if (session.actor.type !== 'USER') return null;
  const [user] = await usersBy(session, [session.actor.id]);
  return user ?? null;
}
