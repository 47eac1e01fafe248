import { isId, type OrganizationId } from '../../kernel/ids.ts';
import { type CountedPage, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import type { LegalHold } from './legal-hold.ts';

/**
 * A page of the holds that stand over an organization's log, oldest first.
 * @throws InvalidInputError a page argument breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with `legalHold:read`
 */
export async function listLegalHolds(
  session: Session,
  organizationId: OrganizationId,
  paging: PageArguments,
): Promise<CountedPage<LegalHold>> {
  const range = readPaging(session, paging, (cursor) => (isId('hold', cursor) ? cursor : null));
  await authorize(session, organizationId, 'legalHold:read');
  const { after, before, backward, limit } = range;
  const { legalHold } = session.read;
  const rows = await legalHold.findMany({
    where: { organizationId, id: { ...(after && { gt: after }), ...(before && { lt: before }) } },
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  return {
    ...pageOf(range, rows),
    total: async () => ({
      count: await legalHold.count({ where: { organizationId } }),
      isCapped: false,
    }),
  };
}
