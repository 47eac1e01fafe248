import type { Transaction } from '../../database/database.ts';
import { refuse } from '../../kernel/problems.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import { type Changed, change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { assertMayGrant, UnknownMemberError } from './member-rules.ts';
import { callerRole, type Member, membershipKey, userIdProblem, WITH_BOTH } from './membership.ts';

/** Which member of which organization. */
export interface MemberInput {
  readonly organizationId?: string | null | undefined;
  readonly userId: string;
}

/**
 * Runs `work` on a member as `change` with `member:manage`, where the caller may take the member's
 * role away. `work` is told the caller's own.
 * @throws InvalidInputError | UnknownMemberError | RoleNotGrantableError | as `change`
 */
export async function changeMember<T>(
  session: Session,
  { organizationId, userId }: MemberInput,
  work: (transaction: Transaction, member: Member, own: Role | null) => Promise<Changed<T>>,
): Promise<T> {
  refuse(['userId', userIdProblem(userId)]);
  const id = await selectedOrganizationId(session, organizationId);
  return change(session, id, 'member:manage', async (transaction) => {
    const where = membershipKey(id, userId);
    const member = await transaction.membership.findUnique({ where, include: WITH_BOTH });
    if (!member) throw new UnknownMemberError(userId);
    const own = await callerRole(transaction, session, id);
    assertMayGrant(own, member.role as Role);
    return work(transaction, member, own);
  });
}
