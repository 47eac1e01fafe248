import type { Session } from '../../ledger/session.ts';
import { changeTeam } from './change-team.ts';

/**
 * Deletes a team; its members stay members of the organization, and its trail stays in the log.
 * @throws as `changeTeam`
 */
export const deleteTeam = (
  session: Session,
  { teamId }: { readonly teamId: string },
): Promise<{ teamId: string }> =>
  changeTeam(session, teamId, async (transaction, { name }) => {
    const memberCount = await transaction.teamMember.count({ where: { teamId } });
    await transaction.team.delete({ where: { id: teamId } });
    return {
      result: { teamId },
      event: {
        action: 'team.deleted',
        resourceUID: teamId,
        metadata: { name, memberCount },
        changes: [{ path: 'name', from: name, to: null }],
      },
    };
  });
