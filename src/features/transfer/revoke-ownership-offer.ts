import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { assertOfferOpen, type OwnershipOffer, ownershipOfferBy } from './ownership-offer.ts';

/**
 * Takes back an offer of ownership before it is answered; any owner may.
 * @throws OwnershipOfferClosedError | InvalidInputError | NotFoundError
 * @throws ForbiddenError also the member it is for, who declines instead | as `change`
 */
export async function revokeOwnershipOffer(
  session: Session,
  { offerId }: { readonly offerId: string },
): Promise<OwnershipOffer> {
  const { organizationId } = await ownershipOfferBy(session, offerId);
  const id = organizationId as OrganizationId;
  return change(session, id, 'organization:transfer', async (transaction) => {
    const now = session.clock();
    const offer = await transaction.ownershipOffer.findUnique({ where: { id: offerId } });
    assertOfferOpen(offer, now);
    const result = await transaction.ownershipOffer.update({
      where: { id: offerId },
      data: { status: 'REVOKED', pendingFor: null, closedAt: now },
    });
    return {
      result,
      event: {
        action: 'ownership.offerRevoked',
        resourceUID: offerId,
        metadata: { from: offer.fromEmail, to: offer.toEmail },
        changes: [{ path: 'status', from: 'PENDING', to: 'REVOKED' }],
      },
    };
  });
}
