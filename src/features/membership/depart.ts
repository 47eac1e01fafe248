import type { Transaction } from '../../database/database.ts';
import type { ServerEvent } from '../../ledger/catalogue.ts';
import { closeOffersOf } from '../transfer/close-offers.ts';
import { assertNotLastOwner } from './member-rules.ts';
import { type Member, membershipKey } from './membership.ts';

/**
 * Ends a membership with all that hangs on it, its places in teams and open offers of ownership, and
 * returns the events that tell of it, the membership's first.
 * @throws LastOwnerError
 */
export async function depart(
  transaction: Transaction,
  action: 'member.removed' | 'member.left',
  member: Member,
  now: Date,
): Promise<[ServerEvent, ...ServerEvent[]]> {
  const { organizationId, userId, role, user } = member;
  await assertNotLastOwner(transaction, organizationId, role);
  const teams = await leaveTeams(transaction, member);
  const offers = await closeOffersOf(transaction, organizationId, userId, now);
  await transaction.membership.delete({ where: membershipKey(organizationId, userId) });
  const departure: ServerEvent = {
    action,
    resourceUID: userId,
    metadata: { email: user.email, role },
    changes: [{ path: `members.${userId}.role`, from: role, to: null }],
  };
  return [departure, ...teams, ...offers];
}

async function leaveTeams(
  transaction: Transaction,
  { organizationId, userId, user: { email } }: Member,
): Promise<ServerEvent[]> {
  const places = await transaction.teamMember.findMany({
    where: { organizationId, userId },
    select: { teamId: true, team: { select: { name: true } } },
    orderBy: { teamId: 'asc' },
  });
  await transaction.teamMember.deleteMany({ where: { organizationId, userId } });
  return places.map(({ teamId, team }) => ({
    action: 'team.member.removed',
    resourceUID: teamId,
    metadata: { team: team.name, userId, email },
    changes: [{ path: `members.${userId}`, from: email, to: null }],
  }));
}
