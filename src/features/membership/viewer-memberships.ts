import { isId } from '../../kernel/ids.ts';
import { type CountedPage, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { visibleTo } from '../organization/organization.ts';
import { type Member, WITH_BOTH } from './membership.ts';

/**
 * A page of the caller's own memberships, by the ids of the organizations; none for an API key, and
 * none of an organization that the caller may not see now.
 * @throws InvalidInputError a page argument breaks a rule
 */
export async function viewerMemberships(
  session: Session,
  paging: PageArguments,
): Promise<CountedPage<Member>> {
  const range = readPaging(session, paging, (cursor) => (isId('org', cursor) ? cursor : null));
  const { after, before, backward, limit } = range;
  const userId = session.actor.type === 'USER' ? session.actor.id : '';
  const own = { userId, organization: visibleTo(session) };
  const rows = await session.read.membership.findMany({
    where: {
      AND: [
        own,
        { organizationId: { ...(after && { gt: after }), ...(before && { lt: before }) } },
      ],
    },
    include: WITH_BOTH,
    orderBy: { organizationId: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  return {
    ...pageOf(range, rows),
    total: async () => ({
      count: await session.read.membership.count({ where: own }),
      isCapped: false,
    }),
  };
}
