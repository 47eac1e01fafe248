import { isId, type OrganizationId, type TeamId } from '../../kernel/ids.ts';
import { type CountedPage, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import type { User } from '../identity/user.ts';
import type { Team } from './team.ts';

/**
 * A page of an organization's teams, oldest first.
 * @throws InvalidInputError a page argument breaks a rule | as `authorize` with organization:read
 */
export async function listTeams(
  session: Session,
  organizationId: OrganizationId,
  paging: PageArguments,
): Promise<CountedPage<Team>> {
  const range = readPaging(session, paging, (cursor) => (isId('team', cursor) ? cursor : null));
  await authorize(session, organizationId, 'organization:read');
  const { after, before, backward, limit } = range;
  const rows = await session.read.team.findMany({
    where: { organizationId, id: { ...(after && { gt: after }), ...(before && { lt: before }) } },
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  const total = () => session.read.team.count({ where: { organizationId } });
  return { ...pageOf(range, rows), total: exactly(total) };
}

/**
 * A page of a team's members, by the ids of their accounts.
 * @throws InvalidInputError a page argument breaks a rule | as `authorize` with organization:read
 */
export async function listTeamMembers(
  session: Session,
  { id: teamId, organizationId }: { readonly id: TeamId; readonly organizationId: OrganizationId },
  paging: PageArguments,
): Promise<CountedPage<User>> {
  const range = readPaging(session, paging, (cursor) => (isId('usr', cursor) ? cursor : null));
  await authorize(session, organizationId, 'organization:read');
  const { after, before, backward, limit } = range;
  const rows = await session.read.teamMember.findMany({
    where: { teamId, userId: { ...(after && { gt: after }), ...(before && { lt: before }) } },
    orderBy: { userId: backward ? 'desc' : 'asc' },
    take: limit + 1,
    select: { membership: { select: { user: true } } },
  });
  const users = rows.map(({ membership }) => membership.user);
  const total = () => session.read.teamMember.count({ where: { teamId } });
  return { ...pageOf(range, users), total: exactly(total) };
}

const exactly = (total: () => Promise<number>) => async () => ({
  count: await total(),
  isCapped: false,
});
