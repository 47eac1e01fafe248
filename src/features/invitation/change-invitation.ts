import type { Transaction } from '../../database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { type Changed, change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { visibleTo as visibleOrganizations } from '../organization/organization.ts';
import { type Invitation, invitationIdProblem, WITH_NAME } from './invitation.ts';
import { assertInvitationOpen } from './invitation-refusals.ts';

/** Which invitation. */
export interface InvitationInput {
  readonly invitationId: string;
}

/**
 * Runs `work` on an invitation that nobody has answered or taken back, as `change` with
 * `invitation:manage`; an expired one too, where `orExpired` says so.
 * @throws InvitationClosedError | InvalidInputError | NotFoundError | as `change`
 */
export async function changeInvitation(
  session: Session,
  { invitationId }: InvitationInput,
  { orExpired }: { readonly orExpired: boolean },
  work: (transaction: Transaction, invitation: Invitation) => Promise<Changed<Invitation>>,
): Promise<Invitation> {
  refuse(['invitationId', invitationIdProblem(invitationId)]);
  // By the organization alone, so that a member who lacks the permission is told so, and recorded.
  const found = await session.read.invitation.findFirst({
    where: { id: invitationId, organization: visibleOrganizations(session) },
    select: { organizationId: true },
  });
  if (!found) throw new NotFoundError('Invitation', invitationId);
  const organizationId = found.organizationId as OrganizationId;
  return change(session, organizationId, 'invitation:manage', async (transaction) => {
    const where = { id: invitationId };
    const invitation = await transaction.invitation.findUnique({ where, include: WITH_NAME });
    if (!invitation) throw new NotFoundError('Invitation', invitationId);
    const expired = orExpired && invitation.pendingEmail !== null;
    if (!expired) assertInvitationOpen(invitation, session.clock());
    return work(transaction, invitation);
  });
}
