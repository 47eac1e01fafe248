import type { Reader } from '../../database/database.ts';
import { addressFinder } from './address-finder.ts';
import type { Blocker } from './erasure-blocked.ts';
import { holdsNaming } from './held-entries.ts';
import { namedResources } from './other-places.ts';

type Door = Pick<
  Reader,
  'membership' | 'organization' | 'team' | 'apiKey' | 'resource' | 'legalHold'
>;

/**
 * What stands in the way outside the log: a membership, names and texts of the organization's own
 * making, which are its to change, and legal holds that say the address.
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
    ...(await holdsNaming(door, organizationId, email)),
  ];
}
