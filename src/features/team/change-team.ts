import type { Transaction } from '../../database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { type Changed, change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { type Team, TeamNameTakenError, teamBy, teamNameKey } from './team.ts';

/**
 * Runs `work` on one team as `change` of its organization with `team:manage`.
 * @throws InvalidInputError | NotFoundError no such team, or not the caller's | as `change`
 */
export async function changeTeam<T>(
  session: Session,
  teamId: string,
  work: (transaction: Transaction, team: Team) => Promise<Changed<T>>,
): Promise<T> {
  const { organizationId } = await teamBy(session, teamId);
  return change(session, organizationId as OrganizationId, 'team:manage', async (transaction) => {
    const team = await transaction.team.findUnique({ where: { id: teamId } });
    if (!team) throw new NotFoundError('Team', teamId);
    return work(transaction, team);
  });
}

/** @throws TeamNameTakenError when a team of the organization other than `holderId` has the name */
export async function assertTeamNameFree(
  transaction: Transaction,
  organizationId: string,
  name: string,
  holderId?: string,
): Promise<void> {
  const holder = await transaction.team.findUnique({
    where: { organizationId_nameKey: { organizationId, nameKey: teamNameKey(name) } },
    select: { id: true, name: true },
  });
  if (holder && holder.id !== holderId) throw new TeamNameTakenError(holder.name);
}
