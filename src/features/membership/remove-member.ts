import type { Session } from '../../ledger/session.ts';
import { changeMember, type MemberInput } from './change-member.ts';
import { depart } from './depart.ts';

/**
 * Removes a member: from the commit on they may not even know of the organization. Only owners
 * remove owners; entries keep the member's name and address.
 * @throws LastOwnerError | as `changeMember`
 */
export const removeMember = (
  session: Session,
  input: MemberInput,
): Promise<{ organizationId: string; userId: string }> =>
  changeMember(session, input, async (transaction, member) => ({
    result: { organizationId: member.organizationId, userId: member.userId },
    events: await depart(transaction, 'member.removed', member, session.clock()),
  }));
