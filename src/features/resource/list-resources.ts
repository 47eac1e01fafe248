import type { Prisma } from '../../generated/sqlite/client.ts';
import { isId, type OrganizationId } from '../../kernel/ids.ts';
import { type Page, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { refuse } from '../../kernel/problems.ts';
import { isStorableText } from '../../kernel/text.ts';
import type { ProductScope, ResourceStatus } from '../../kernel/vocabulary.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import type { Resource } from './resource.ts';

type List<T> = readonly T[] | null | undefined;

/** Which resources: OR within a list, AND between fields; absent or empty = no restriction. */
export interface ResourceFilter {
  readonly types?: List<string>;
  readonly scopes?: List<ProductScope>;
  readonly statuses?: List<ResourceStatus>;
  readonly resourceUIDs?: List<string>;
}

/** A page of resources, and the count of all that match, worked out only when asked for. */
export interface ResourcePage extends Page<Resource> {
  readonly total: () => Promise<{ count: number; isCapped: boolean }>;
}

const LARGEST_LIST = 100;

/**
 * A page of what an organization owns, or owned, in the order of registration.
 * @throws InvalidInputError a filter or page argument breaks a rule
 * @throws NotFoundError | ForbiddenError as `authorize` with organization:read
 */
export async function listResources(
  session: Session,
  organizationId: OrganizationId,
  { filter, ...paging }: PageArguments & { readonly filter?: ResourceFilter | null | undefined },
): Promise<ResourcePage> {
  const range = readPaging(session, paging, (cursor) => (isId('res', cursor) ? cursor : null));
  const matching = { organizationId, ...conditionsOf(filter ?? {}) };
  await authorize(session, organizationId, 'organization:read');
  const { after, before, backward, limit } = range;
  const rows = await session.read.resource.findMany({
    where: { ...matching, id: { ...(after && { gt: after }), ...(before && { lt: before }) } },
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  const total = () => session.read.resource.count({ where: matching });
  return {
    ...pageOf(range, rows),
    total: async () => ({ count: await total(), isCapped: false }),
  };
}

function conditionsOf(filter: ResourceFilter): Prisma.ResourceWhereInput {
  const { types, scopes, statuses, resourceUIDs } = filter;
  refuse(
    ...Object.entries({ types, scopes, statuses, resourceUIDs }).map(
      ([name, list]) => [['filter', name], listProblem(list)] as const,
    ),
  );
  return {
    ...(types?.length && { type: { in: [...types] } }),
    ...(scopes?.length && { scope: { in: [...scopes] } }),
    ...(statuses?.length && { status: { in: [...statuses] } }),
    ...(resourceUIDs?.length && { resourceUID: { in: [...resourceUIDs] } }),
  };
}

function listProblem(list: List<string>): string | null {
  if (list && list.length > LARGEST_LIST) {
    return `Lists at most ${LARGEST_LIST} values; it has ${list.length}.`;
  }
  return list?.every(isStorableText) === false ? 'Must not contain unstorable characters.' : null;
}
