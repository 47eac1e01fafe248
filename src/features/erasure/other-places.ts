import type { Reader, Transaction } from '../../database/database.ts';
import { addressFinder } from './address-finder.ts';

/** What stands where an address stood that may not be null: of no domain (RFC 2606, section 2). */
export const ERASED_EMAIL = 'erased@orgtrail.invalid';

const invitationsOf = (organizationId: string, email: string) => ({
  organizationId,
  OR: [{ email }, { invitedByEmail: email }],
});

/** How many invitations to or from a person an organization has, answered ones among them. */
export const countInvitations = (
  { invitation }: Pick<Reader, 'invitation'>,
  organizationId: string,
  email: string,
): Promise<number> => invitation.count({ where: invitationsOf(organizationId, email) });

/** Whether an organization names a person beside its log and its invitations, where nothing stands in the way. */
export async function isNamedElsewhere(
  read: Pick<Reader, 'organization' | 'ownershipOffer' | 'resource'>,
  organizationId: string,
  email: string,
): Promise<boolean> {
  const own = [{ createdByEmail: email }, { deletionRequestedByEmail: email }];
  const counts = [
    await read.organization.count({ where: { id: organizationId, OR: own } }),
    await read.ownershipOffer.count({
      where: { organizationId, OR: [{ fromEmail: email }, { toEmail: email }] },
    }),
    (await namedResources(read, organizationId, email, 'REMOVED')).length,
  ];
  return counts.some((count) => count > 0);
}

/**
 * Takes a person's address out of what an organization has beside its log: invitations to them go,
 * with their links and mails; elsewhere `ERASED_EMAIL` stands in its place. Removed resources that
 * are named by it leave the registry.
 */
export async function eraseElsewhere(
  transaction: Transaction,
  organizationId: string,
  email: string,
): Promise<void> {
  const where = { organizationId };
  const erased = ERASED_EMAIL;
  await transaction.invitation.deleteMany({ where: { ...where, email } });
  await transaction.invitation.updateMany({
    where: { ...where, invitedByEmail: email },
    data: { invitedByEmail: erased },
  });
  for (const column of ['fromEmail', 'toEmail']) {
    await transaction.ownershipOffer.updateMany({
      where: { ...where, [column]: email },
      data: { [column]: erased },
    });
  }
  for (const column of ['createdByEmail', 'deletionRequestedByEmail']) {
    await transaction.organization.updateMany({
      where: { id: organizationId, [column]: email },
      data: { [column]: erased },
    });
  }
  const ids = await namedResources(transaction, organizationId, email, 'REMOVED');
  for (const id of ids) await transaction.resource.delete({ where: { id } });
}

/** The resources of a status that are named by an address. */
export async function namedResources(
  { resource }: Pick<Reader, 'resource'>,
  organizationId: string,
  email: string,
  status: 'ACTIVE' | 'REMOVED',
): Promise<string[]> {
  const names = addressFinder(email);
  const rows = await resource.findMany({
    where: { organizationId, status },
    select: { id: true, resourceUID: true, type: true, name: true },
  });
  return rows
    .filter(({ resourceUID, type, name }) => [resourceUID, type, name].some(names))
    .map(({ id }) => id);
}

/**
 * Removes those of the accounts that have the address and belong to no organization any more, and
 * says how many. Who signs in again is a new person to the server.
 */
export async function eraseAccounts(
  transaction: Transaction,
  userIds: readonly string[],
  email: string,
): Promise<number> {
  const { count } = await transaction.user.deleteMany({
    where: { id: { in: [...userIds] }, email, memberships: { none: {} } },
  });
  return count;
}
