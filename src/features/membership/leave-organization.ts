import { ForbiddenError, NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { organizationIdProblem } from '../organization/organization.ts';
import { depart } from './depart.ts';
import { membershipKey, WITH_BOTH } from './membership.ts';

/**
 * Ends the caller's own membership. Which organization must be said: none is left by mistake.
 * @throws LastOwnerError | InvalidInputError | ForbiddenError an API key asks | as `change`
 */
export async function leaveOrganization(
  session: Session,
  { organizationId }: { readonly organizationId: string },
): Promise<{ organizationId: string }> {
  refuse(['organizationId', organizationIdProblem(organizationId)]);
  const { actor } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('membership:own');
  const id = organizationId as OrganizationId;
  return change(session, id, 'membership:own', async (transaction) => {
    const where = membershipKey(id, actor.id);
    const member = await transaction.membership.findUnique({ where, include: WITH_BOTH });
    if (!member) throw new NotFoundError('Organization', id);
    return {
      result: { organizationId },
      events: await depart(transaction, 'member.left', member, session.clock()),
    };
  });
}
