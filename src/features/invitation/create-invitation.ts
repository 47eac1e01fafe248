import type { Transaction } from '../../database/database.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { assertMayGrant } from '../membership/member-rules.ts';
import { callerRole } from '../membership/membership.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { type Invitation, WITH_NAME } from './invitation.ts';
import {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationLimitError,
} from './invitation-refusals.ts';

/** Whom to invite, as what, and for how long. */
export interface CreateInvitationInput {
  readonly organizationId?: string | null | undefined;
  readonly email: string;
  readonly role: Role;
  readonly expiresInDays?: number | null | undefined;
  /** Whether an open invitation of the same address gives way to this one. */
  readonly replace?: boolean | null | undefined;
}

/** How long an invitation stays open unless it says otherwise. */
export const INVITATION_DAYS = 7;
const LONGEST_DAYS = 30;

/** The most open invitations of an organization. */
export const MOST_OPEN_INVITATIONS = 100;
/** The most invitations that an organization may make within 24 hours. */
export const MOST_DAILY_INVITATIONS = 500;

/**
 * Invites an address. The mail with the link commits with the invitation and is delivered after; its
 * token is made then, so that it stands nowhere in clear.
 * @throws AlreadyMemberError | AlreadyInvitedError | InvitationLimitError | RoleNotGrantableError
 * @throws InvalidInputError | ForbiddenError an API key asks | as `change` with `invitation:manage`
 */
export async function createInvitation(
  session: Session,
  input: CreateInvitationInput,
): Promise<Invitation> {
  const days = input.expiresInDays ?? INVITATION_DAYS;
  refuse(
    ['email', emailProblem(input.email)],
    ['expiresInDays', ifGiven(input.expiresInDays, daysProblem)],
  );
  const { actor, clock } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('invitation:manage');
  const organizationId = await selectedOrganizationId(session, input.organizationId);
  const email = normalizeEmail(input.email);
  const { role } = input;
  return change(session, organizationId, 'invitation:manage', async (transaction) => {
    const now = clock();
    assertMayGrant(await callerRole(transaction, session, organizationId), role);
    await assertNoMember(transaction, organizationId, email);
    const id = newId('inv');
    const former = await closeFormer(transaction, { organizationId, email, id, now }, input);
    await assertBelowLimits(transaction, organizationId, now);
    const expiresAt = new Date(now.getTime() + days * DAY_MS);
    const result = await transaction.invitation.create({
      data: {
        ...{ id, organizationId, email, role, status: 'PENDING', pendingEmail: email },
        ...{ invitedById: actor.id, invitedByEmail: actor.email, createdAt: now, expiresAt },
        mails: { create: { attemptCount: 0, nextAttemptAt: now, createdAt: now } },
      },
      include: WITH_NAME,
    });
    const created: ServerEvent = {
      action: 'invitation.created',
      resourceUID: id,
      metadata: { email, role, expiresAt: expiresAt.toISOString() },
      changes: [{ path: 'status', from: null, to: 'PENDING' }],
    };
    return { result, events: [created, ...former] };
  });
}

const daysProblem = (days: number): string | null =>
  days >= 1 && days <= LONGEST_DAYS ? null : `Must be from 1 to ${LONGEST_DAYS}; it is ${days}.`;

async function assertNoMember(
  transaction: Transaction,
  organizationId: string,
  email: string,
): Promise<void> {
  const where = { organizationId, user: { email } };
  if ((await transaction.membership.count({ where })) > 0) throw new AlreadyMemberError(email);
}

/** Closes the address's former invitation and returns the event that tells of it, if there is one. */
async function closeFormer(
  transaction: Transaction,
  {
    organizationId,
    email,
    id: successor,
    now,
  }: Record<'organizationId' | 'email' | 'id', string> & { now: Date },
  { replace }: CreateInvitationInput,
): Promise<ServerEvent[]> {
  const where = { organizationId_pendingEmail: { organizationId, pendingEmail: email } };
  const former = await transaction.invitation.findUnique({ where });
  if (!former) return [];
  const { id, role } = former;
  await transaction.invitationMail.deleteMany({ where: { invitationId: id } });
  if (former.expiresAt <= now) {
    await transaction.invitation.update({ where, data: { pendingEmail: null } });
    return [];
  }
  if (!replace) throw new AlreadyInvitedError(id);
  const closed = { status: 'REPLACED', pendingEmail: null, closedAt: now };
  await transaction.invitation.update({ where, data: closed });
  return [
    {
      action: 'invitation.replaced',
      resourceUID: id,
      metadata: { email, role, invitationId: successor },
      changes: [{ path: 'status', from: 'PENDING', to: 'REPLACED' }],
    },
  ];
}

async function assertBelowLimits(
  transaction: Transaction,
  organizationId: string,
  now: Date,
): Promise<void> {
  const count = (where: object) =>
    transaction.invitation.count({ where: { organizationId, ...where } });
  const open = await count({ pendingEmail: { not: null }, expiresAt: { gt: now } });
  if (open >= MOST_OPEN_INVITATIONS) {
    throw new InvitationLimitError(MOST_OPEN_INVITATIONS, 'open invitations');
  }
  const daily = await count({ createdAt: { gt: new Date(now.getTime() - DAY_MS) } });
  if (daily >= MOST_DAILY_INVITATIONS) {
    throw new InvitationLimitError(MOST_DAILY_INVITATIONS, 'invitations within 24 hours');
  }
}
