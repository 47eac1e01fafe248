import type { SqlValue } from '../../database/database.ts';
import { containsFolded } from '../../database/dialect.ts';
import { isId, type OrganizationId } from '../../kernel/ids.ts';
import {
  type CountedPage,
  type PageArguments,
  type Paging,
  pageOf,
  readPaging,
} from '../../kernel/paging.ts';
import { ifGiven, refuse } from '../../kernel/problems.ts';
import { storableTextProblem } from '../../kernel/text.ts';
import type { Role } from '../../kernel/vocabulary.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { type Member, WITH_BOTH } from './membership.ts';

/** Which members to list; absent = all. */
export interface MembersFilter {
  readonly role?: Role | null | undefined;
  /** Contained in the name or the address, whatever the case. */
  readonly search?: string | null | undefined;
}

const SEARCH_UNITS = 200;

const searchProblem = (text: string): string | null =>
  text.length > SEARCH_UNITS
    ? `Must have at most ${SEARCH_UNITS} characters.`
    : storableTextProblem(text);

/**
 * A page of an organization's members, in the order of their accounts' ids.
 * @throws InvalidInputError an argument breaks a rule | as `authorize` with `organization:read`
 */
export async function listMembers(
  session: Session,
  organizationId: OrganizationId,
  { role, search, ...paging }: MembersFilter & PageArguments,
): Promise<CountedPage<Member>> {
  const range = readPaging(session, paging, (cursor) => (isId('usr', cursor) ? cursor : null));
  refuse(['search', ifGiven(search, searchProblem)]);
  await authorize(session, organizationId, 'organization:read');
  const filter = { role, search };
  return {
    ...pageOf(range, await readMembers(session, organizationId, filter, range)),
    total: async () => ({
      count: await countMembers(session, organizationId, filter),
      isCapped: false,
    }),
  };
}

/** The condition on "Membership" m and "User" u; binds its values at the end of `values`. */
function conditionOf(
  { provider }: Session,
  organizationId: string,
  { role, search }: MembersFilter,
  values: SqlValue[],
): string {
  const bind = (value: SqlValue): string => `$${values.push(value)}`;
  const contains = (column: string, text: string) => containsFolded(provider, column, bind(text));
  return [
    `m."organizationId" = ${bind(organizationId)}`,
    ...(role ? [`m."role" = ${bind(role)}`] : []),
    ...(search ? [`(${contains('u."email"', search)} OR ${contains('u."name"', search)})`] : []),
  ].join(' AND ');
}

const FROM = 'FROM "Membership" m JOIN "User" u ON u."id" = m."userId"';

async function readMembers(
  session: Session,
  organizationId: OrganizationId,
  filter: MembersFilter,
  { after, before, backward, limit }: Paging<string>,
): Promise<Member[]> {
  const values: SqlValue[] = [];
  const conditions = [conditionOf(session, organizationId, filter, values)];
  if (after) conditions.push(`m."userId" > $${values.push(after)}`);
  if (before) conditions.push(`m."userId" < $${values.push(before)}`);
  const direction = backward ? 'desc' : 'asc';
  const found = await session.select<{ userId: string }>(
    `SELECT m."userId" AS "userId" ${FROM} WHERE ${conditions.join(' AND ')} ORDER BY m."userId" ${direction} LIMIT $${values.push(limit + 1)}`,
    values,
  );
  return session.read.membership.findMany({
    where: { organizationId, userId: { in: found.map(({ userId }) => userId) } },
    include: WITH_BOTH,
    orderBy: { userId: direction },
  });
}

async function countMembers(
  session: Session,
  organizationId: OrganizationId,
  filter: MembersFilter,
): Promise<number> {
  const values: SqlValue[] = [];
  const condition = conditionOf(session, organizationId, filter, values);
  const [row] = await session.select<{ count: bigint | number | string }>(
    `SELECT count(*) AS "count" ${FROM} WHERE ${condition}`,
    values,
  );
  return Number(row?.count ?? 0);
}
