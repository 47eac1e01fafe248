import type { Transaction } from '../../database/database.ts';
import type {
  Organization as OrganizationRow,
  Prisma,
  Membership as Row,
  User,
} from '../../generated/sqlite/client.ts';
import { isId } from '../../kernel/ids.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';

/** A membership with its person and its organization. */
export type Member = Row & { readonly user: User; readonly organization: OrganizationRow };

/** What is read with a membership to make a `Member` of it. */
export const WITH_BOTH = {
  user: true,
  organization: true,
} as const satisfies Prisma.MembershipInclude;

/** Where one person's membership of one organization stands. */
export const membershipKey = (organizationId: string, userId: string) => ({
  organizationId_userId: { organizationId, userId },
});

/** The caller's role in each of these organizations; null where it has none, and for API keys. */
export async function rolesIn(
  { actor, read }: Session,
  organizationIds: readonly string[],
): Promise<(Role | null)[]> {
  if (actor.type !== 'USER') return organizationIds.map(() => null);
  const memberships = await read.membership.findMany({
    where: { userId: actor.id, organizationId: { in: [...organizationIds] } },
    select: { organizationId: true, role: true },
  });
  const roles = new Map(memberships.map((row) => [row.organizationId, row.role as Role]));
  return organizationIds.map((id) => roles.get(id) ?? null);
}

/** What is wrong with the form of a user id; null when it is well-formed. */
export const userIdProblem = (id: string): string | null =>
  isId('usr', id) ? null : 'Not a user id: it looks like usr_01h455vb4pex5vsknk084sn02q.';

/** The role that the caller has under the turn; the system acts as an owner does. */
export async function callerRole(
  transaction: Transaction,
  { actor }: Session,
  organizationId: string,
): Promise<Role | null> {
  if (actor.type === 'SYSTEM') return 'OWNER';
  if (actor.type !== 'USER') return null;
  const own = await transaction.membership.findUnique({
    where: membershipKey(organizationId, actor.id),
    select: { role: true },
  });
  return (own?.role ?? null) as Role | null;
}
