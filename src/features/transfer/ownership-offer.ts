import type { Prisma, OwnershipOffer as Row } from '../../generated/sqlite/client.ts';
import { DomainError, NotFoundError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { refuse } from '../../kernel/problems.ts';
import type { ClosedReason, OfferStatus } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';

/** An offer's row. */
export type OwnershipOffer = Row;

/** An offer that cannot be answered or taken back any more; UNKNOWN also when it is not the caller's. */
export class OwnershipOfferClosedError extends DomainError {
  readonly code = 'OWNERSHIP_OFFER_CLOSED';
  readonly reason: ClosedReason;

  constructor(reason: ClosedReason) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }
}

const MESSAGES: Record<ClosedReason, string> = {
  UNKNOWN: 'There is no such offer for you.',
  EXPIRED: 'The offer has expired.',
  REVOKED: 'The offer was taken back.',
  USED: 'The offer was answered already.',
};

/** One offer at a time: another waits for its answer. */
export class OwnershipOfferedError extends DomainError {
  readonly code = 'OWNERSHIP_OFFERED';
  readonly offerId: string;

  constructor(offerId: string) {
    super('The ownership is on offer already: revoke that offer first.');
    this.offerId = offerId;
  }
}

/** The offers a session may see: those to the caller, and those of organizations the caller owns. */
export function visibleTo({ actor }: Session): Prisma.OwnershipOfferWhereInput {
  switch (actor.type) {
    case 'USER': {
      const some = { userId: actor.id };
      return {
        organization: { purgeAt: null },
        OR: [
          { toUserId: actor.id, organization: { memberships: { some } } },
          { organization: { memberships: { some: { ...some, role: 'OWNER' } } } },
        ],
      };
    }
    case 'API_KEY':
      return { id: { in: [] } };
    case 'SYSTEM':
      return {};
  }
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function ownershipOffersBy(
  session: Session,
  ids: readonly string[],
): Promise<(OwnershipOffer | null)[]> {
  const rows = await session.read.ownershipOffer.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  return inOrderOf(ids, rows);
}

/** @throws InvalidInputError a malformed id | NotFoundError no such offer, or not the caller's to see */
export async function ownershipOfferBy(session: Session, id: string): Promise<OwnershipOffer> {
  refuse([
    'offerId',
    isId('ofr', id) ? null : 'Not an offer id: it looks like ofr_01h455vb4pex5vsknk084sn02q.',
  ]);
  const [offer] = await ownershipOffersBy(session, [id]);
  if (!offer) throw new NotFoundError('Ownership offer', id);
  return offer;
}

/** The most offers that a person is shown at once. */
const OFFERS_SHOWN = 100;

/** The open offers to the caller, oldest first, at most 100. */
export async function offersWaiting(session: Session): Promise<OwnershipOffer[]> {
  const { actor, clock, read } = session;
  if (actor.type !== 'USER') return [];
  return read.ownershipOffer.findMany({
    where: {
      AND: [
        { toUserId: actor.id, pendingFor: { not: null }, expiresAt: { gt: clock() } },
        visibleTo(session),
      ],
    },
    orderBy: { id: 'asc' },
    take: OFFERS_SHOWN,
  });
}

/** The open offer of each of these organizations; null where there is none that the caller may see. */
export async function openOffers(
  session: Session,
  organizationIds: readonly string[],
): Promise<(OwnershipOffer | null)[]> {
  const rows = await session.read.ownershipOffer.findMany({
    where: {
      AND: [
        { pendingFor: { in: [...organizationIds] }, expiresAt: { gt: session.clock() } },
        visibleTo(session),
      ],
    },
  });
  const byOrganization = new Map(rows.map((row) => [row.organizationId, row]));
  return organizationIds.map((id) => byOrganization.get(id) ?? null);
}

/** What became of an offer by `now`. */
export const offerStatus = ({ status, expiresAt }: OwnershipOffer, now: Date): OfferStatus =>
  status === 'PENDING' && expiresAt <= now ? 'EXPIRED' : (status as OfferStatus);

/** @throws OwnershipOfferClosedError unless the offer waits for an answer at `now` */
export function assertOfferOpen(offer: OwnershipOffer | null, now: Date): asserts offer {
  if (!offer) throw new OwnershipOfferClosedError('UNKNOWN');
  const status = offerStatus(offer, now);
  if (status === 'EXPIRED' || status === 'REVOKED') throw new OwnershipOfferClosedError(status);
  if (status !== 'PENDING') throw new OwnershipOfferClosedError('USED');
}
