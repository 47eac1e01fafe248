import { refuse } from '../../kernel/problems.ts';
import { nameProblem, trimmedName } from '../../kernel/text.ts';
import type { Session } from '../../ledger/session.ts';
import { assertTeamNameFree, changeTeam } from './change-team.ts';
import { type Team, teamNameKey } from './team.ts';

/**
 * Gives a team another name; its own in another letter case is one too.
 * @throws InvalidInputError | TeamNameTakenError | as `changeTeam`
 */
export async function renameTeam(
  session: Session,
  input: { readonly teamId: string; readonly name: string },
): Promise<Team> {
  refuse(['name', nameProblem(input.name)]);
  const name = trimmedName(input.name);
  return changeTeam(session, input.teamId, async (transaction, team) => {
    await assertTeamNameFree(transaction, team.organizationId, name, team.id);
    const result = await transaction.team.update({
      where: { id: team.id },
      data: { name, nameKey: teamNameKey(name), updatedAt: session.clock() },
    });
    return {
      result,
      event: {
        action: 'team.renamed',
        resourceUID: team.id,
        metadata: { name, formerName: team.name },
        changes: [{ path: 'name', from: team.name, to: name }],
      },
    };
  });
}
