import type { Session } from '../../ledger/session.ts';
import { changeInvitation, type InvitationInput } from './change-invitation.ts';
import { type Invitation, WITH_NAME } from './invitation.ts';

/**
 * Takes an invitation back before it is answered; its links stop working.
 * @throws as `changeInvitation`
 */
export const revokeInvitation = (session: Session, input: InvitationInput): Promise<Invitation> =>
  changeInvitation(
    session,
    input,
    { orExpired: false },
    async (transaction, { id, email, role }) => {
      await transaction.invitationMail.deleteMany({ where: { invitationId: id } });
      const result = await transaction.invitation.update({
        where: { id },
        data: { status: 'REVOKED', pendingEmail: null, closedAt: session.clock() },
        include: WITH_NAME,
      });
      return {
        result,
        event: {
          action: 'invitation.revoked',
          resourceUID: id,
          metadata: { email, role },
          changes: [{ path: 'status', from: 'PENDING', to: 'REVOKED' }],
        },
      };
    },
  );
