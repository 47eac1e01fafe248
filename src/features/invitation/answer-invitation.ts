import type { Reader, Transaction } from '../../database/database.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { type Changed, changeAsInvited } from '../../ledger/change.ts';
import type { Session, UserActor } from '../../ledger/session.ts';
import { type Member, membershipKey, WITH_BOTH } from '../membership/membership.ts';
import { type Invitation, invitationIdProblem, WITH_NAME } from './invitation.ts';
import {
  AlreadyMemberError,
  assertInvitationOpen,
  InvitationClosedError,
} from './invitation-refusals.ts';
import { isToken, tokenHash } from './invitation-token.ts';

/** Which invitation to answer: by the token of its link, or by its id (see `Viewer.invitations`). */
export interface AnswerInvitationInput {
  readonly token?: string | null | undefined;
  readonly invitationId?: string | null | undefined;
}

/**
 * Makes the caller a member. Only who proves the invited address may; a link that reached somebody
 * else opens nothing, and looks like one that never was.
 * @throws InvitationClosedError | AlreadyMemberError | InvalidInputError
 * @throws ForbiddenError an API key asks
 */
export const acceptInvitation = (session: Session, input: AnswerInvitationInput): Promise<Member> =>
  answer(session, input, async (transaction, invitation, { id: userId, email }) => {
    const { id, organizationId, role } = invitation;
    const where = membershipKey(organizationId, userId);
    if (await transaction.membership.findUnique({ where })) throw new AlreadyMemberError(email);
    const now = session.clock();
    const result = await transaction.membership.create({
      data: { organizationId, userId, role, createdAt: now },
      include: WITH_BOTH,
    });
    await close(transaction, id, 'ACCEPTED', now);
    return {
      result,
      events: [
        {
          action: 'invitation.accepted',
          resourceUID: id,
          metadata: { email, role },
          changes: [{ path: 'status', from: 'PENDING', to: 'ACCEPTED' }],
        },
        {
          action: 'member.joined',
          resourceUID: userId,
          metadata: { email, role, invitationId: id },
          changes: [{ path: `members.${userId}.role`, from: null, to: role }],
        },
      ],
    };
  });

/**
 * Says no to an invitation; only who proves the invited address may.
 * @throws InvitationClosedError | InvalidInputError | ForbiddenError an API key asks
 */
export const declineInvitation = (
  session: Session,
  input: AnswerInvitationInput,
): Promise<Invitation> =>
  answer(session, input, async (transaction, { id, role }, { email }) => ({
    result: await close(transaction, id, 'DECLINED', session.clock()),
    event: {
      action: 'invitation.declined',
      resourceUID: id,
      metadata: { email, role },
      changes: [{ path: 'status', from: 'PENDING', to: 'DECLINED' }],
    },
  }));

async function answer<T>(
  session: Session,
  input: AnswerInvitationInput,
  work: (transaction: Transaction, invitation: Invitation, actor: UserActor) => Promise<Changed<T>>,
): Promise<T> {
  const { actor, clock } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('invitation:answer');
  refuse(
    [[], (input.token == null) === (input.invitationId == null) ? ONE_OF_TWO : null],
    ['invitationId', ifGiven(input.invitationId, invitationIdProblem)],
  );
  // Before the organization's turn, so that whoever guesses cannot queue on it.
  const seen = await openInvitation(session.read, input, actor, clock());
  const organizationId = seen.organizationId as OrganizationId;
  return changeAsInvited(session, organizationId, async (transaction) =>
    work(transaction, await openInvitation(transaction, input, actor, clock()), actor),
  );
}

const ONE_OF_TWO = 'Give exactly one of token and invitationId.';

/** The invitation that the caller may answer. @throws InvitationClosedError */
async function openInvitation(
  source: Pick<Reader | Transaction, 'invitation'>,
  { token, invitationId }: AnswerInvitationInput,
  { email }: UserActor,
  now: Date,
): Promise<Invitation> {
  const named = token == null ? { id: invitationId ?? '' } : byToken(token);
  const invitation = await source.invitation.findFirst({
    where: { AND: [named, { email, organization: { purgeAt: null } }] },
    include: WITH_NAME,
  });
  if (!invitation) throw new InvitationClosedError('UNKNOWN');
  assertInvitationOpen(invitation, now);
  return invitation;
}

function byToken(token: string) {
  if (!isToken(token)) throw new InvitationClosedError('UNKNOWN');
  return { tokens: { some: { tokenHash: tokenHash(token) } } };
}

async function close(
  transaction: Transaction,
  id: string,
  status: 'ACCEPTED' | 'DECLINED',
  now: Date,
): Promise<Invitation> {
  await transaction.invitationMail.deleteMany({ where: { invitationId: id } });
  return transaction.invitation.update({
    where: { id },
    data: { status, pendingEmail: null, closedAt: now },
    include: WITH_NAME,
  });
}
