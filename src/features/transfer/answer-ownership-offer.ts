import type { Transaction } from '../../database/database.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { type Changed, change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { membershipKey } from '../membership/membership.ts';
import {
  assertOfferOpen,
  type OwnershipOffer,
  OwnershipOfferClosedError,
  ownershipOfferBy,
} from './ownership-offer.ts';

/** Which offer to answer. */
export interface AnswerOfferInput {
  readonly offerId: string;
}

/**
 * Makes the caller an owner and the one who offered an admin, in one step.
 * @throws OwnershipOfferClosedError | InvalidInputError | NotFoundError not an offer to the caller
 */
export const acceptOwnership = (
  session: Session,
  { offerId }: AnswerOfferInput,
): Promise<OwnershipOffer> =>
  answer(session, offerId, async (transaction, offer) => {
    const { organizationId, fromUserId, toUserId, fromEmail, toEmail } = offer;
    const from = membershipKey(organizationId, fromUserId);
    const to = membershipKey(organizationId, toUserId);
    const formerly = await transaction.membership.findUniqueOrThrow({ where: to });
    await transaction.membership.update({ where: to, data: { role: 'OWNER' } });
    await transaction.membership.update({ where: from, data: { role: 'ADMIN' } });
    return {
      result: await close(transaction, offer, 'ACCEPTED', session.clock()),
      event: {
        action: 'ownership.transferred',
        resourceUID: offer.id,
        metadata: { from: fromEmail, to: toEmail },
        changes: [
          { path: `members.${toUserId}.role`, from: formerly.role, to: 'OWNER' },
          { path: `members.${fromUserId}.role`, from: 'OWNER', to: 'ADMIN' },
        ],
      },
    };
  });

/**
 * Says no to an offer; nothing changes.
 * @throws OwnershipOfferClosedError | InvalidInputError | NotFoundError not an offer to the caller
 */
export const declineOwnership = (
  session: Session,
  { offerId }: AnswerOfferInput,
): Promise<OwnershipOffer> =>
  answer(session, offerId, async (transaction, offer) => ({
    result: await close(transaction, offer, 'DECLINED', session.clock()),
    event: {
      action: 'ownership.offerDeclined',
      resourceUID: offer.id,
      metadata: { from: offer.fromEmail, to: offer.toEmail },
      changes: [{ path: 'status', from: 'PENDING', to: 'DECLINED' }],
    },
  }));

/** Runs `work` on an open offer to the caller. Another owner's offer looks like none. */
async function answer(
  session: Session,
  offerId: string,
  work: (transaction: Transaction, offer: OwnershipOffer) => Promise<Changed<OwnershipOffer>>,
): Promise<OwnershipOffer> {
  const { actor, clock } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('membership:own');
  const seen = await ownershipOfferBy(session, offerId);
  if (seen.toUserId !== actor.id) throw new OwnershipOfferClosedError('UNKNOWN');
  const id = seen.organizationId as OrganizationId;
  return change(session, id, 'membership:own', async (transaction) => {
    const offer = await transaction.ownershipOffer.findUnique({ where: { id: offerId } });
    assertOfferOpen(offer, clock());
    return work(transaction, offer);
  });
}

const close = (
  transaction: Transaction,
  { id }: OwnershipOffer,
  status: 'ACCEPTED' | 'DECLINED',
  now: Date,
): Promise<OwnershipOffer> =>
  transaction.ownershipOffer.update({
    where: { id },
    data: { status, pendingFor: null, closedAt: now },
  });
