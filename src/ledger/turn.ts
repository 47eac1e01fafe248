import type { Transaction } from '../database/database.ts';
import { NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permission.ts';
import { accessTo } from './access.ts';
import { append, type EntryRow } from './append.ts';
import { admitted, authorize } from './authorize.ts';
import type { EntryDraft } from './entry.ts';
import { type LedgerHead, takeTurn } from './head.ts';
import { type Session, WRITE } from './session.ts';

/** What one turn hands back: entries to append, and what to answer once they have their places. */
export interface TurnOutcome<T> {
  readonly drafts: readonly EntryDraft[];
  answer(rows: readonly EntryRow[]): T | Promise<T>;
}

/**
 * Runs `work` in one transaction that holds the organization's turn, and appends the entries it
 * returns; all of it commits together or not at all. The permission is checked twice: before the
 * lock, so that strangers cannot queue on it, and under it, so that a revoked one does not slip by.
 *
 * Only `change` calls it; producers' events come by `recordProposals`.
 * @throws NotFoundError | ForbiddenError | ConflictError as `authorize`
 */
export async function turn<T>(
  session: Session,
  organizationId: OrganizationId,
  permission: Permission,
  work: (transaction: Transaction, head: LedgerHead) => Promise<TurnOutcome<T>>,
): Promise<T> {
  await authorize(session, organizationId, permission);
  return session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    if (!head) throw new NotFoundError('Organization', organizationId);
    admitted(await accessTo(transaction, session, organizationId), organizationId, permission);
    const { drafts, answer } = await work(transaction, head);
    return answer(await append(transaction, head, drafts, session.clock()));
  });
}
