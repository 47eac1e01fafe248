import type { Transaction } from '../../database/database.ts';
import { DAY_MS } from '../../kernel/clock.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { UnknownMemberError } from '../membership/member-rules.ts';
import { membershipKey, userIdProblem } from '../membership/membership.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { type OwnershipOffer, OwnershipOfferedError } from './ownership-offer.ts';

/** Which organization's ownership, and to which of its members. */
export interface OfferOwnershipInput {
  readonly organizationId?: string | null | undefined;
  readonly userId: string;
}

const OFFER_DAYS = 7;

/**
 * Offers the ownership of an organization to another member; nothing changes until they accept.
 * @throws InvalidInputError they own it already | UnknownMemberError | OwnershipOfferedError
 * @throws ForbiddenError an API key asks | as `change` with `organization:transfer`
 */
export async function offerOwnership(
  session: Session,
  { organizationId, userId }: OfferOwnershipInput,
): Promise<OwnershipOffer> {
  refuse(['userId', userIdProblem(userId)]);
  const { actor, clock } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('organization:transfer');
  const id = await selectedOrganizationId(session, organizationId);
  return change(session, id, 'organization:transfer', async (transaction) => {
    const to = await transaction.membership.findUnique({
      where: membershipKey(id, userId),
      select: { role: true, user: { select: { email: true } } },
    });
    if (!to) throw new UnknownMemberError(userId);
    refuse(['userId', to.role === 'OWNER' ? 'They own the organization already.' : null]);
    const now = clock();
    await clearExpired(transaction, id, now);
    const expiresAt = new Date(now.getTime() + OFFER_DAYS * DAY_MS);
    const parties = { fromEmail: actor.email, toEmail: to.user.email };
    const result = await transaction.ownershipOffer.create({
      data: {
        ...{ id: newId('ofr'), organizationId: id, status: 'PENDING', pendingFor: id },
        ...{ fromUserId: actor.id, toUserId: userId, ...parties, createdAt: now, expiresAt },
      },
    });
    return {
      result,
      event: {
        action: 'ownership.offered',
        resourceUID: result.id,
        metadata: { from: actor.email, to: to.user.email, expiresAt: expiresAt.toISOString() },
        changes: [{ path: 'status', from: null, to: 'PENDING' }],
      },
    };
  });
}

/** Lets go of an offer that ran out. @throws OwnershipOfferedError one is still open */
async function clearExpired(
  transaction: Transaction,
  organizationId: string,
  now: Date,
): Promise<void> {
  const where = { pendingFor: organizationId };
  const open = await transaction.ownershipOffer.findUnique({ where });
  if (!open) return;
  if (open.expiresAt > now) throw new OwnershipOfferedError(open.id);
  await transaction.ownershipOffer.update({ where, data: { pendingFor: null } });
}
