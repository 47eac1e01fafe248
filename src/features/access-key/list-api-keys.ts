import { isId, type OrganizationId } from '../../kernel/ids.ts';
import { type Page, type PageArguments, pageOf, readPaging } from '../../kernel/paging.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import type { ApiKey } from './access-key.ts';

/** A page of keys, and the count of all, worked out only when asked for. */
export interface ApiKeyPage extends Page<ApiKey> {
  readonly total: () => Promise<{ count: number; isCapped: boolean }>;
}

/**
 * A page of an organization's API keys, oldest first; revoked and expired ones are among them.
 * @throws InvalidInputError a page argument breaks a rule
 * @throws NotFoundError | ForbiddenError | ConflictError as `authorize` with `apiKey:manage`
 */
export async function listApiKeys(
  session: Session,
  organizationId: OrganizationId,
  paging: PageArguments,
): Promise<ApiKeyPage> {
  const range = readPaging(session, paging, (cursor) => (isId('key', cursor) ? cursor : null));
  await authorize(session, organizationId, 'apiKey:manage');
  const { after, before, backward, limit } = range;
  const rows = await session.read.apiKey.findMany({
    where: {
      organizationId,
      id: { ...(after && { gt: after }), ...(before && { lt: before }) },
    },
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  return {
    ...pageOf(range, rows),
    total: async () => ({
      count: await session.read.apiKey.count({ where: { organizationId } }),
      isCapped: false,
    }),
  };
}
