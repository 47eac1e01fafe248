import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { unrecorded } from '../../ledger/unrecorded.ts';
import { type Organization, organizationIdProblem, organizationRow } from './organization.ts';

/**
 * Stores the organization that the caller's requests are about when they name none.
 * It leaves no entry: it changes nothing that anyone else can see.
 * @throws NotFoundError not the caller's
 * @throws ForbiddenError an API key asks: it is bound to its organization
 */
export async function selectOrganization(
  session: Session,
  { organizationId }: { organizationId: string },
): Promise<Organization> {
  refuse(['organizationId', organizationIdProblem(organizationId)]);
  const { actor } = session;
  if (actor.type !== 'USER') throw new ForbiddenError('organization:select');
  const id = organizationId as OrganizationId;
  await authorize(session, id, 'organization:read');
  const organization = await organizationRow(session, id);
  await unrecorded(session, 'a personal preference', (transaction) =>
    transaction.user.update({ where: { id: actor.id }, data: { selectedOrganizationId: id } }),
  );
  return organization;
}
