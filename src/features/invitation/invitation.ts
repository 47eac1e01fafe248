import type { Prisma, Invitation as Row } from '../../generated/sqlite/client.ts';
import { isId } from '../../kernel/ids.ts';
import { inOrderOf } from '../../kernel/in-order.ts';
import type { InvitationStatus } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';

/** An invitation's row with the name that the invited person is shown. */
export type Invitation = Row & { readonly organization: { readonly name: string } };

/** What is read with an invitation's row to make an `Invitation` of it. */
export const WITH_NAME = {
  organization: { select: { name: true } },
} as const satisfies Prisma.InvitationInclude;

/** What makes an invitation the actor's to answer: it is open, and to the address they proved. */
export const toAddress = (email: string): Prisma.InvitationWhereInput => ({
  pendingEmail: email,
  organization: { purgeAt: null },
});

/** The invitations a session may see: open ones to the caller, and all of organizations it manages. */
export function visibleTo({ actor }: Session): Prisma.InvitationWhereInput {
  switch (actor.type) {
    case 'USER': {
      const manages = { userId: actor.id, role: { in: ['OWNER', 'ADMIN'] } };
      return {
        OR: [
          toAddress(actor.email),
          { organization: { purgeAt: null, memberships: { some: manages } } },
        ],
      };
    }
    case 'API_KEY':
      return { id: { in: [] } };
    case 'SYSTEM':
      return {};
  }
}

/** The visible ones among these ids, in their order; null in the place of every other. */
export async function invitationsBy(
  session: Session,
  ids: readonly string[],
): Promise<(Invitation | null)[]> {
  const rows = await session.read.invitation.findMany({
    where: { AND: [{ id: { in: [...ids] } }, visibleTo(session)] },
    include: WITH_NAME,
  });
  return inOrderOf(ids, rows);
}

/** What became of an invitation by `now`. */
export const invitationStatus = (
  { status, expiresAt }: Pick<Row, 'status' | 'expiresAt'>,
  now: Date,
): InvitationStatus =>
  status === 'PENDING' && expiresAt <= now ? 'EXPIRED' : (status as InvitationStatus);

/** What is wrong with the form of an invitation id; null when it is well-formed. */
export const invitationIdProblem = (id: string): string | null =>
  isId('inv', id) ? null : 'Not an invitation id: it looks like inv_01h455vb4pex5vsknk084sn02q.';
