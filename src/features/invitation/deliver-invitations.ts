import type { Transaction } from '../../database/database.ts';
import type { InvitationMail } from '../../generated/sqlite/client.ts';
import { MINUTE_MS } from '../../kernel/clock.ts';
import type { Session } from '../../ledger/session.ts';
import { unrecorded } from '../../ledger/unrecorded.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { type Invitation, invitationStatus, WITH_NAME } from './invitation.ts';
import { type InvitationLink, invitationMail } from './invitation-mail.ts';
import { newToken, tokenHash } from './invitation-token.ts';

/** How mails are made and handed over, and who is told of one that was not taken. */
export interface Delivery {
  readonly mailer: Mailer;
  readonly linkOf: InvitationLink;
  readonly failed: (error: unknown) => void;
}

/** How many mails one round reads. */
const ROUND = 50;
/** How long a process may take over one mail before another tries. */
const LEASE_MS = 2 * MINUTE_MS;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

/**
 * Hands over the invitations' mails that are due, one at a time, and returns how many were taken.
 * One that is not taken is tried again after 1, 2, 4 … 60 minutes until its invitation ends, so each
 * is delivered at least once. Safe beside other processes.
 */
export async function deliverInvitations(session: Session, delivery: Delivery): Promise<number> {
  const due = await session.read.invitationMail.findMany({
    where: { nextAttemptAt: { lte: session.clock() } },
    orderBy: { nextAttemptAt: 'asc' },
    take: ROUND,
  });
  let takenCount = 0;
  for (const mail of due) if (await deliver(session, delivery, mail)) takenCount += 1;
  return takenCount;
}

async function deliver(
  session: Session,
  { mailer, linkOf, failed }: Delivery,
  mail: InvitationMail,
): Promise<boolean> {
  const token = newToken();
  const invitation = await claim(session, mail, token);
  if (!invitation) return false;
  try {
    await mailer(invitationMail(invitation, token, linkOf));
  } catch (error) {
    failed(error);
    await postpone(session, mail);
    return false;
  }
  await settle(session, mail);
  return true;
}

const inTransaction = <T>(session: Session, work: (transaction: Transaction) => Promise<T>) =>
  unrecorded(session, 'the delivery of a mail', work);

/**
 * Takes a mail for this process, and stores the hash of the token that it will carry; null when
 * another process has it, or when its invitation is open no more, which ends the mail.
 */
const claim = (
  session: Session,
  { id, invitationId, attemptCount }: InvitationMail,
  token: string,
): Promise<Invitation | null> =>
  inTransaction(session, async (transaction) => {
    const now = session.clock();
    const { count } = await transaction.invitationMail.updateMany({
      where: { id, attemptCount, nextAttemptAt: { lte: now } },
      data: { attemptCount: attemptCount + 1, nextAttemptAt: new Date(now.getTime() + LEASE_MS) },
    });
    if (count === 0) return null;
    const invitation = await transaction.invitation.findUniqueOrThrow({
      where: { id: invitationId },
      include: WITH_NAME,
    });
    if (invitationStatus(invitation, now) !== 'PENDING') {
      await transaction.invitationMail.delete({ where: { id } });
      return null;
    }
    await transaction.invitationToken.create({
      data: { tokenHash: tokenHash(token), invitationId, createdAt: now },
    });
    return invitation;
  });

const postpone = (session: Session, { id, attemptCount }: InvitationMail) =>
  inTransaction(session, (transaction) => {
    const waitMs = Math.min(MINUTE_MS * 2 ** attemptCount, LONGEST_WAIT_MS);
    return transaction.invitationMail.updateMany({
      where: { id },
      data: { nextAttemptAt: new Date(session.clock().getTime() + waitMs) },
    });
  });

/** Where the mail was taken back meanwhile, there is nothing to settle. */
const settle = (session: Session, { id, invitationId }: InvitationMail) =>
  inTransaction(session, async (transaction) => {
    const { count } = await transaction.invitationMail.deleteMany({ where: { id } });
    if (count === 0) return;
    await transaction.invitation.update({
      where: { id: invitationId },
      data: { sentAt: session.clock() },
    });
  });
