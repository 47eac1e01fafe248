import type { Transaction } from '../../database/database.ts';
import { DomainError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import type { Session } from '../../ledger/session.ts';
import { changeTeam } from './change-team.ts';
import type { Team } from './team.ts';

/** Nobody with this id is a member of the organization, or of the team they should leave. */
export class UnknownTeamMemberError extends DomainError {
  readonly code = 'UNKNOWN_TEAM_MEMBER';
  readonly userId: string;
  constructor(userId: string, group: 'organization' | 'team') {
    super(`The ${group} has no member with the id ${JSON.stringify(userId.slice(0, 100))}.`);
    this.userId = userId;
  }
}

/** The person is in the team already. */
export class AlreadyTeamMemberError extends DomainError {
  readonly code = 'ALREADY_TEAM_MEMBER';
  readonly userId: string;
  constructor(userId: string) {
    super('The person is in the team already.');
    this.userId = userId;
  }
}

/** Which team, and which member of its organization. */
export interface TeamMemberInput {
  readonly teamId: string;
  readonly userId: string;
}

/**
 * Adds a member of the organization to a team.
 * @throws UnknownTeamMemberError | AlreadyTeamMemberError | InvalidInputError | as `changeTeam`
 */
export async function addTeamMember(
  session: Session,
  { teamId, userId }: TeamMemberInput,
): Promise<Team> {
  refuse(['userId', userIdProblem(userId)]);
  return changeTeam(session, teamId, async (transaction, team) => {
    const { organizationId } = team;
    const email = await memberEmail(transaction, organizationId, userId);
    if (email === null) throw new UnknownTeamMemberError(userId, 'organization');
    const where = { teamId_userId: { teamId, userId } };
    if (await transaction.teamMember.findUnique({ where })) {
      throw new AlreadyTeamMemberError(userId);
    }
    const createdAt = session.clock();
    await transaction.teamMember.create({ data: { teamId, organizationId, userId, createdAt } });
    return {
      result: team,
      event: {
        action: 'team.member.added',
        resourceUID: teamId,
        metadata: { team: team.name, userId, email },
        changes: [{ path: `members.${userId}`, from: null, to: email }],
      },
    };
  });
}

/**
 * Removes a person from a team; they stay a member of the organization.
 * @throws UnknownTeamMemberError | InvalidInputError | as `changeTeam`
 */
export async function removeTeamMember(
  session: Session,
  { teamId, userId }: TeamMemberInput,
): Promise<Team> {
  refuse(['userId', userIdProblem(userId)]);
  return changeTeam(session, teamId, async (transaction, team) => {
    const { count } = await transaction.teamMember.deleteMany({ where: { teamId, userId } });
    const email = await memberEmail(transaction, team.organizationId, userId);
    if (count === 0 || email === null) throw new UnknownTeamMemberError(userId, 'team');
    return {
      result: team,
      event: {
        action: 'team.member.removed',
        resourceUID: teamId,
        metadata: { team: team.name, userId, email },
        changes: [{ path: `members.${userId}`, from: email, to: null }],
      },
    };
  });
}

const userIdProblem = (id: string): string | null =>
  isId('usr', id) ? null : 'Not a user id: it looks like usr_01h455vb4pex5vsknk084sn02q.';

async function memberEmail(
  transaction: Transaction,
  organizationId: string,
  userId: string,
): Promise<string | null> {
  const membership = await transaction.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: { user: { select: { email: true } } },
  });
  return membership?.user.email ?? null;
}
