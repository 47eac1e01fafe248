import type { Prisma, Organization as Row } from '../../generated/sqlite/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isId, type OrganizationId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import { type Page, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { storableTextProblem } from '../../kernel/text.ts';
import type { Session } from '../../ledger/session.ts';
import { organizationById } from './organization-by-id.ts';

/** An organization's row. */
export type Organization = Row;

/**
 * The organizations a session may see: a member's, also while they wait to be purged if the member
 * owns them; for an API key the one it is bound to. An operator sees all.
 */
export function visibleTo({ actor }: Session): Prisma.OrganizationWhereInput {
  switch (actor.type) {
    case 'USER': {
      const userId = actor.id;
      return {
        OR: [
          { purgeAt: null, memberships: { some: { userId } } },
          { purgeAt: { not: null }, memberships: { some: { userId, role: 'OWNER' } } },
        ],
      };
    }
    case 'API_KEY':
      return actor.permissions.includes('organization:read')
        ? { id: actor.organizationId, purgeAt: null }
        : { id: { in: [] } };
    case 'SYSTEM':
      return {};
  }
}

/**
 * One organization by its id or its slug; null when it does not exist or is not the caller's.
 * @throws InvalidInputError unless exactly one of the two is given, and well-formed
 */
export function organizationBy(
  session: Session,
  { id, slug }: { id?: string | null | undefined; slug?: string | null | undefined },
): Promise<Organization | null> {
  refuse(
    [[], (id == null) === (slug == null) ? 'Give exactly one of id and slug.' : null],
    ['id', ifGiven(id, organizationIdProblem)],
    ['slug', ifGiven(slug, storableTextProblem)],
  );
  return id == null
    ? session.read.organization.findFirst({
        where: { AND: [{ slug: slug ?? '' }, visibleTo(session)] },
      })
    : organizationById(session, id as OrganizationId);
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function organizationsBy(
  session: Session,
  ids: readonly string[],
): Promise<(Organization | null)[]> {
  const rows = await session.read.organization.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
  });
  return inOrderOf(ids, rows);
}

/** A page of the organizations the caller belongs to, oldest first; `skip` passes over so many. */
export async function listOrganizations(
  session: Session,
  { skip = 0, ...paging }: PageArguments & { readonly skip?: number },
): Promise<Page<Organization>> {
  const range = readPaging(session, paging, (cursor) => (isId('org', cursor) ? cursor : null));
  const { after, before, backward, limit } = range;
  const rows = await session.read.organization.findMany({
    where: {
      AND: [
        visibleTo(session),
        { id: { ...(after && { gt: after }), ...(before && { lt: before }) } },
      ],
    },
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
    skip,
  });
  return pageOf(range, rows);
}

/** How many organizations the caller belongs to. */
export const countOrganizations = (session: Session): Promise<number> =>
  session.read.organization.count({ where: visibleTo(session) });

/** The organization whose access was just checked. @throws NotFoundError when it is gone since */
export async function organizationRow(
  session: Session,
  organizationId: OrganizationId,
): Promise<Organization> {
  const row = await session.read.organization.findUnique({ where: { id: organizationId } });
  if (!row) throw new NotFoundError('Organization', organizationId);
  return row;
}

/** What is wrong with the form of an organization id; null when it is well-formed. */
export const organizationIdProblem = (id: string): string | null =>
  isId('org', id) ? null : 'Not an organization id: it looks like org_01h455vb4pex5vsknk084sn02q.';
