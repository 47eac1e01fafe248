import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database.ts';
import { NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { accessTo } from './access.ts';
import { append } from './append.ts';
import { admitted, authorize } from './authorize.ts';
import type { ServerEvent } from './catalogue.ts';
import { draftOf } from './entry.ts';
import { type LedgerHead, openLedger, takeTurn } from './head.ts';
import { type Session, WRITE } from './session.ts';

/** What a piece of work hands back: its result, and the event or events that tell of it. */
export type Changed<T> =
  | { readonly result: T; readonly event: ServerEvent }
  | { readonly result: T; readonly events: readonly [ServerEvent, ...ServerEvent[]] };

/** Work of a change: what it does in the transaction, and the event that must tell of it. */
type Work<T> = (transaction: Transaction) => Promise<Changed<T>>;

/**
 * The one door to writing in an organization: takes its turn, checks `permission`, runs `work`,
 * and appends the event that `work` must return to compile, all in one transaction. The permission
 * is checked twice: before the lock, so that strangers cannot queue on it, and under it, so that a
 * revoked one does not slip by.
 * `work` may run again from the start after a transient conflict: it must have no other effects.
 * @throws NotFoundError  no such organization, or the caller is no member of it
 * @throws ForbiddenError the caller's role lacks `permission`; the attempt is recorded
 * @throws ConflictError  the organization waits to be purged
 */
export async function change<T>(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
  work: Work<T>,
): Promise<T> {
  await authorize(session, organizationId, permission);
  const hold = async (transaction: Transaction) => {
    const head = await holdLog(transaction, organizationId);
    admitted(await accessTo(transaction, session, organizationId), organizationId, permission);
    return head;
  };
  return turn(session, hold, work);
}

/** The same door for an organization that `work` brings into being: its log begins here. */
export const found = <T>(
  session: Session,
  organizationId: OrganizationId,
  work: Work<T>,
): Promise<T> => turn(session, (transaction) => openLedger(transaction, organizationId), work);

/**
 * The same door for someone who is no member: `work` proves, under the turn, the right they come
 * with, or throws. Only the answer to an invitation comes through it.
 * @throws NotFoundError there is no such log
 */
export const changeAsInvited = <T>(
  session: Session,
  organizationId: OrganizationId,
  work: Work<T>,
): Promise<T> => turn(session, (transaction) => holdLog(transaction, organizationId), work);

/** Takes the turn of an organization whose log stands. @throws NotFoundError there is none */
async function holdLog(
  transaction: Transaction,
  organizationId: OrganizationId,
): Promise<LedgerHead> {
  const head = await takeTurn(transaction, organizationId);
  if (!head) throw new NotFoundError('Organization', organizationId);
  return head;
}

/**
 * Runs `work` in one transaction that holds a log's head from its first statement on, and appends
 * the entries of its events; all of it commits together or not at all.
 */
const turn = <T>(
  session: Session,
  hold: (transaction: Transaction) => Promise<LedgerHead>,
  work: Work<T>,
): Promise<T> =>
  session[WRITE](async (transaction) => {
    const head = await hold(transaction);
    const changed = await work(transaction);
    await append(transaction, head, draftsOf(session, changed), session.clock());
    return changed.result;
  });

function draftsOf<T>(session: Session, changed: Changed<T>) {
  const events = 'events' in changed ? changed.events : [changed.event];
  const correlationId = events.length > 1 ? randomUUID() : null;
  return events.map((event) => draftOf(session, event, correlationId));
}
