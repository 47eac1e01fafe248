import type { Prisma } from '../../generated/sqlite/client.ts';
import { isId, type OrganizationId } from '../../kernel/ids.ts';
import {
  type CountedPage,
  type PageArguments,
  type Paging,
  pageOf,
  readPaging,
} from '../../kernel/paging.ts';
import type { InvitationStatus } from '../../kernel/vocabulary.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { type Invitation, toAddress, WITH_NAME } from './invitation.ts';

/**
 * A page of an organization's invitations, oldest first, of one status or of all.
 * @throws InvalidInputError a page argument breaks a rule | as `authorize` with `invitation:manage`
 */
export async function listInvitations(
  session: Session,
  organizationId: OrganizationId,
  { status, ...paging }: PageArguments & { status?: InvitationStatus | null | undefined },
): Promise<CountedPage<Invitation>> {
  const range = readRange(session, paging);
  await authorize(session, organizationId, 'invitation:manage');
  return pageWhere(session, range, { organizationId, ...ofStatus(status, session.clock()) });
}

/**
 * A page of the open invitations to the caller's address, oldest first; none for an API key.
 * @throws InvalidInputError a page argument breaks a rule
 */
export async function invitationsWaiting(
  session: Session,
  paging: PageArguments,
): Promise<CountedPage<Invitation>> {
  const { actor, clock } = session;
  const mine = actor.type === 'USER' ? toAddress(actor.email) : { id: { in: [] } };
  return pageWhere(session, readRange(session, paging), {
    AND: [mine, { expiresAt: { gt: clock() } }],
  });
}

const readRange = (session: Session, paging: PageArguments): Paging<string> =>
  readPaging(session, paging, (cursor) => (isId('inv', cursor) ? cursor : null));

function ofStatus(status: InvitationStatus | null | undefined, now: Date) {
  if (!status) return {};
  if (status === 'EXPIRED') return { status: 'PENDING', expiresAt: { lte: now } };
  return { status, ...(status === 'PENDING' && { expiresAt: { gt: now } }) };
}

async function pageWhere(
  { read }: Session,
  range: Paging<string>,
  where: Prisma.InvitationWhereInput,
): Promise<CountedPage<Invitation>> {
  const { after, before, backward, limit } = range;
  const rows = await read.invitation.findMany({
    where: {
      AND: [where, { id: { ...(after && { gt: after }), ...(before && { lt: before }) } }],
    },
    include: WITH_NAME,
    orderBy: { id: backward ? 'desc' : 'asc' },
    take: limit + 1,
  });
  return {
    ...pageOf(range, rows),
    total: async () => ({ count: await read.invitation.count({ where }), isCapped: false }),
  };
}
