import { DAY_MS } from '../../kernel/clock.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import { assertMayGrant } from '../membership/member-rules.ts';
import { callerRole } from '../membership/membership.ts';
import { changeInvitation, type InvitationInput } from './change-invitation.ts';
import { INVITATION_DAYS } from './create-invitation.ts';
import { type Invitation, WITH_NAME } from './invitation.ts';

/**
 * Mails an invitation again, with a new link and seven days from now, also when it has expired; the
 * links of earlier mails stop working.
 * @throws RoleNotGrantableError the caller could not have made it | as `changeInvitation`
 */
export const resendInvitation = (session: Session, input: InvitationInput): Promise<Invitation> =>
  changeInvitation(session, input, { orExpired: true }, async (transaction, invitation) => {
    const { id, email, role, organizationId } = invitation;
    assertMayGrant(await callerRole(transaction, session, organizationId), role as Role);
    const now = session.clock();
    const expiresAt = new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
    await transaction.invitationToken.deleteMany({ where: { invitationId: id } });
    await transaction.invitationMail.deleteMany({ where: { invitationId: id } });
    const result = await transaction.invitation.update({
      where: { id },
      data: {
        expiresAt,
        sentAt: null,
        mails: { create: { attemptCount: 0, nextAttemptAt: now, createdAt: now } },
      },
      include: WITH_NAME,
    });
    return {
      result,
      event: {
        action: 'invitation.resent',
        resourceUID: id,
        metadata: { email, expiresAt: expiresAt.toISOString() },
        changes: [
          {
            path: 'expiresAt',
            from: invitation.expiresAt.toISOString(),
            to: expiresAt.toISOString(),
          },
        ],
      },
    };
  });
