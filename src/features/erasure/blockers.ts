import type { Reader } from '../../database/database.ts';
import { DomainError } from '../../kernel/errors.ts';
import { addressFinder } from './address-finder.ts';
import { namedResources } from './other-places.ts';

/** Why a person cannot be erased yet. */
export const BLOCKER_REASONS = ['MEMBER', 'NAMED'] as const;
export type BlockerReason = (typeof BLOCKER_REASONS)[number];

/** One thing that stands in the way of an erasure. */
export interface Blocker {
  readonly reason: BlockerReason;
  /** The id of the member, or of the thing that is named. */
  readonly id: string;
}

/** The person cannot be erased yet; nothing was erased, or no more than was already. */
export class ErasureBlockedError extends DomainError {
  readonly code = 'ERASURE_BLOCKED';
  readonly blockers: readonly Blocker[];

  constructor(blockers: readonly Blocker[]) {
    super(
      'The person cannot be erased yet: they are still a member, or something is still named by their address. See blockers.',
    );
    this.blockers = blockers;
  }
}

type Door = Pick<Reader, 'membership' | 'organization' | 'team' | 'apiKey' | 'resource'>;

/**
 * What stands in the way outside the log: a membership, and names and texts of the organization's
 * own making, which are its to change.
 */
export async function blockersOf(
  door: Door,
  organizationId: string,
  email: string,
): Promise<Blocker[]> {
  const where = { organizationId };
  const members = await door.membership.findMany({
    where: { ...where, user: { email } },
    select: { userId: true },
  });
  const names = addressFinder(email);
  const organizations = await door.organization.findMany({ where: { id: organizationId } });
  const teams = await door.team.findMany({ where, select: { id: true, name: true } });
  const keys = await door.apiKey.findMany({ where, select: { id: true, name: true } });
  const named = [
    ...organizations.filter(({ name, slug, metadata }) => [name, slug, metadata].some(names)),
    ...[...teams, ...keys].filter(({ name }) => names(name)),
  ].map(({ id }) => id);
  const resources = await namedResources(door, organizationId, email, 'ACTIVE');
  return [
    ...members.map(({ userId: id }) => ({ reason: 'MEMBER', id }) as const),
    ...[...named, ...resources].map((id) => ({ reason: 'NAMED', id }) as const),
  ];
}
