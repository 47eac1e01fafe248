import type { Invitation as Row } from '../../generated/sqlite/client.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { ClosedReason } from '../../kernel/vocabulary.ts';
import { invitationStatus } from './invitation.ts';

/** The address is a member's already. */
export class AlreadyMemberError extends DomainError {
  readonly code = 'ALREADY_MEMBER';
  readonly email: string;

  constructor(email: string) {
    super('This person is a member of the organization already.');
    this.email = email;
  }
}

/** The address has an open invitation. */
export class AlreadyInvitedError extends DomainError {
  readonly code = 'ALREADY_INVITED';
  readonly invitationId: string;

  constructor(invitationId: string) {
    super('This address is invited already: resend that invitation, or say replace: true.');
    this.invitationId = invitationId;
  }
}

/** The organization may not invite more now. */
export class InvitationLimitError extends DomainError {
  readonly code = 'INVITATION_LIMIT';
  readonly limit: number;

  constructor(limit: number, what: string) {
    super(`An organization may have at most ${limit} ${what}.`);
    this.limit = limit;
  }
}

/** The invitation cannot be answered or changed; UNKNOWN also when it is for somebody else. */
export class InvitationClosedError extends DomainError {
  readonly code = 'INVITATION_CLOSED';
  readonly reason: ClosedReason;

  constructor(reason: ClosedReason) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }
}

const MESSAGES: Record<ClosedReason, string> = {
  UNKNOWN: 'There is no such invitation for you.',
  EXPIRED: 'The invitation has expired: ask for another.',
  REVOKED: 'The invitation was taken back, or a newer one took its place.',
  USED: 'The invitation was answered already.',
};

const REASONS = {
  EXPIRED: 'EXPIRED',
  REVOKED: 'REVOKED',
  REPLACED: 'REVOKED',
  ACCEPTED: 'USED',
  DECLINED: 'USED',
} as const;

/** @throws InvitationClosedError unless the invitation waits for an answer at `now` */
export function assertInvitationOpen(
  invitation: Pick<Row, 'status' | 'expiresAt'>,
  now: Date,
): void {
  const status = invitationStatus(invitation, now);
  if (status !== 'PENDING') throw new InvitationClosedError(REASONS[status]);
}
