import { newId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { nameProblem, trimmedName } from '../../kernel/text.ts';
import { change } from '../../ledger/change.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { assertTeamNameFree } from './change-team.ts';
import { type Team, teamNameKey } from './team.ts';

/** What a team may be created with. */
export interface CreateTeamInput {
  readonly organizationId?: string | null | undefined;
  readonly name: string;
}

/**
 * Creates a team with nobody in it.
 * @throws InvalidInputError | TeamNameTakenError | as `change` with `team:manage`
 */
export async function createTeam(session: Session, input: CreateTeamInput): Promise<Team> {
  refuse(['name', nameProblem(input.name)]);
  const organizationId = await selectedOrganizationId(session, input.organizationId);
  const name = trimmedName(input.name);
  const id = newId('team');
  return change(session, organizationId, 'team:manage', async (transaction) => {
    await assertTeamNameFree(transaction, organizationId, name);
    const now = session.clock();
    const nameKey = teamNameKey(name);
    const result = await transaction.team.create({
      data: { id, organizationId, name, nameKey, createdAt: now, updatedAt: now },
    });
    return {
      result,
      event: {
        action: 'team.created',
        resourceUID: id,
        metadata: { name },
        changes: [{ path: 'name', from: null, to: name }],
      },
    };
  });
}
