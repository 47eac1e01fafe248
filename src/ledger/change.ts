import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database.ts';
import { NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { append } from './append.ts';
import type { ServerEvent } from './catalogue.ts';
import { draftOf } from './entry.ts';
import { openLedger, takeTurn } from './head.ts';
import { type Session, WRITE } from './session.ts';
import { turn } from './turn.ts';

/** What a piece of work hands back: its result, and the event or events that tell of it. */
export type Changed<T> =
  | { readonly result: T; readonly event: ServerEvent }
  | { readonly result: T; readonly events: readonly [ServerEvent, ...ServerEvent[]] };

/**
 * The one door to writing in an organization: takes its turn, checks `permission`, runs `work`,
 * and appends the event that `work` must return to compile, all in one transaction.
 * `work` may run again from the start after a transient conflict: it must have no other effects.
 * @throws NotFoundError  no such organization, or the caller is no member of it
 * @throws ForbiddenError the caller's role lacks `permission`; the attempt is recorded
 * @throws ConflictError  the organization waits to be purged
 */
export const change = <T>(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
  work: (transaction: Transaction) => Promise<Changed<T>>,
): Promise<T> =>
  turn(session, organizationId, permission, async (transaction) => {
    const changed = await work(transaction);
    return { drafts: draftsOf(session, changed), answer: () => changed.result };
  });

/** The same door for an organization that `work` brings into being: its log begins here. */
export const found = <T>(
  session: Session,
  organizationId: OrganizationId,
  work: (transaction: Transaction) => Promise<Changed<T>>,
): Promise<T> =>
  session[WRITE](async (transaction) => {
    const head = await openLedger(transaction, organizationId);
    const changed = await work(transaction);
    await append(transaction, head, draftsOf(session, changed), session.clock());
    return changed.result;
  });

/**
 * The same door for someone who is no member: `work` proves, under the turn, the right they come
 * with, or throws. Only the answer to an invitation comes through it.
 * @throws NotFoundError there is no such log
 */
export const changeAsInvited = <T>(
  session: Session,
  organizationId: OrganizationId,
  work: (transaction: Transaction) => Promise<Changed<T>>,
): Promise<T> =>
  session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    if (!head) throw new NotFoundError('Organization', organizationId);
    const changed = await work(transaction);
    await append(transaction, head, draftsOf(session, changed), session.clock());
    return changed.result;
  });

function draftsOf<T>(session: Session, changed: Changed<T>) {
  const events = 'events' in changed ? changed.events : [changed.event];
  const correlationId = events.length > 1 ? randomUUID() : null;
  return events.map((event) => draftOf(session, event, correlationId));
}
