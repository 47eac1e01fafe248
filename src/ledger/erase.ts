import type { Transaction } from '../database/database.ts';
import { type EntryErasure, eraseEntries, eraseSalts } from '../database/erase.ts';
import { NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { accessTo } from './access.ts';
import { admitted } from './authorize.ts';
import { changingEntries } from './derivations.ts';
import { type LedgerHead, takeTurn } from './head.ts';
import { SCRUB, type Session, WRITE } from './session.ts';

/** What a step of an erasure empties. */
export interface Erasures {
  readonly entries: readonly EntryErasure[];
  /** Hashes of recorded keys whose salts go. */
  readonly keys?: readonly Uint8Array[];
}

/**
 * Runs one step of an erasure in a transaction of its own that holds the log's turn, the permission
 * checked under it. It appends nothing: the erasure tells of itself with an entry before its first
 * step and one after its last. `work` may run again after a transient conflict.
 * @throws NotFoundError | ForbiddenError | ConflictError as `change` with `auditLog:erase`
 */
export const eraseInTurn = (
  session: Session,
  organizationId: OrganizationId,
  work: (transaction: Transaction, head: LedgerHead) => Promise<Erasures>,
): Promise<void> =>
  session[WRITE](async (transaction) => {
    const head = await takeTurn(transaction, organizationId);
    if (!head) throw new NotFoundError('Organization', organizationId);
    const access = await accessTo(transaction, session, organizationId);
    admitted(access, organizationId, 'auditLog:erase');
    await eraseUnderTurn(session, transaction, head.id, await work(transaction, head));
  });

/** Empties entries, and the salts of keys, in a transaction that holds the log's turn. */
export async function eraseUnderTurn(
  session: Session,
  transaction: Transaction,
  ledgerId: number,
  { entries, keys = [] }: Erasures,
): Promise<void> {
  const sequences = entries.map(({ sequence }) => sequence);
  await changingEntries(transaction, session, ledgerId, sequences, () =>
    eraseEntries(transaction, session.provider, ledgerId, entries),
  );
  await eraseSalts(transaction, session.provider, ledgerId, keys);
}

/**
 * Has the database let go of what it still holds of rows as they were before: SQLite's write-ahead
 * log, Postgres' dead rows and statistics. False when it could not now, because somebody reads an
 * older state or the server's role may not.
 */
export const scrub = (session: Session): Promise<boolean> => session[SCRUB]();
