import type { Role } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';

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
