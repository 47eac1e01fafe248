import type { Prisma, Team as Row } from '../../generated/sqlite/client.ts';
import { DomainError, NotFoundError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { refuse } from '../../kernel/problems.ts';
import type { Session } from '../../ledger/session.ts';
import { visibleTo as visibleOrganizations } from '../organization/organization.ts';

/** A team's row. */
export type Team = Row;

/** Another team of the organization has this name, whatever its letter case. */
export class TeamNameTakenError extends DomainError {
  readonly code = 'TEAM_NAME_TAKEN';
  readonly teamName: string;
  constructor(teamName: string) {
    super(`The organization has a team with the name ${JSON.stringify(teamName)} already.`);
    this.teamName = teamName;
  }
}

/** The teams a session may see: those of the organizations it may see; a key also what it manages. */
export function visibleTo(session: Session): Prisma.TeamWhereInput {
  const { actor } = session;
  return actor.type === 'API_KEY' && actor.permissions.includes('team:manage')
    ? { organizationId: actor.organizationId, organization: { purgeAt: null } }
    : { organization: visibleOrganizations(session) };
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function teamsBy(session: Session, ids: readonly string[]): Promise<(Team | null)[]> {
  const rows = await session.read.team.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  return inOrderOf(ids, rows);
}

/**
 * The visible team with this id.
 * @throws InvalidInputError a malformed id
 * @throws NotFoundError no such team, or not the caller's to see
 */
export async function teamBy(session: Session, id: string): Promise<Team> {
  refuse([
    'teamId',
    isId('team', id) ? null : 'Not a team id: it looks like team_01h455vb4pex5vsknk084sn02q.',
  ]);
  const [team] = await teamsBy(session, [id]);
  if (!team) throw new NotFoundError('Team', id);
  return team;
}

/** What no two team names of an organization share: one letter case, one Unicode form. */
export const teamNameKey = (name: string): string => name.trim().normalize('NFKC').toLowerCase();
