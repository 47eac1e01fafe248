import { refuse } from '../../kernel/problems.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import { closeOffersOf } from '../transfer/close-offers.ts';
import { changeMember, type MemberInput } from './change-member.ts';
import { assertMayGrant, assertNotLastOwner } from './member-rules.ts';
import { type Member, membershipKey, WITH_BOTH } from './membership.ts';

/** Which member, and what they become. */
export interface ChangeMemberRoleInput extends MemberInput {
  readonly role: Role;
}

/**
 * Gives a member another role; an open offer of ownership from or to them is taken back, since it
 * was made under the former one. Only owners make and demote owners.
 * @throws LastOwnerError | RoleNotGrantableError the new role | InvalidInputError they have it already
 * @throws as `changeMember`
 */
export const changeMemberRole = (
  session: Session,
  { role, ...which }: ChangeMemberRoleInput,
): Promise<Member> =>
  changeMember(session, which, async (transaction, member, own) => {
    const { organizationId, userId, role: formerRole, user } = member;
    refuse(['role', role === formerRole ? 'The member has this role already.' : null]);
    assertMayGrant(own, role);
    await assertNotLastOwner(transaction, organizationId, formerRole);
    const result = await transaction.membership.update({
      where: membershipKey(organizationId, userId),
      data: { role },
      include: WITH_BOTH,
    });
    return {
      result,
      events: [
        {
          action: 'member.roleChanged',
          resourceUID: userId,
          metadata: { email: user.email, role, formerRole },
          changes: [{ path: `members.${userId}.role`, from: formerRole, to: role }],
        },
        ...(await closeOffersOf(transaction, organizationId, userId, session.clock())),
      ],
    };
  });
