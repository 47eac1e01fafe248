import type { Transaction } from '../database/database.ts';
import {
  type EntryErasure,
  eraseEntries,
  eraseSalts,
  type SealedErasure,
} from '../database/erase.ts';
import { ERASED_AT_ONCE } from '../database/erasure-functions.ts';
import { isSealed } from '../database/guard-conditions.ts';
import { selected } from '../database/selected.ts';
import { NotFoundError } from '../kernel/errors.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { accessTo } from './access.ts';
import { admitted } from './authorize.ts';
import { changingEntries } from './derivations.ts';
import { SEALED_COLUMNS, type SealedRow, sealOf } from './entry-seal.ts';
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
  const erasures = await sealedErasures(transaction, ledgerId, entries);
  await changingEntries(transaction, session, ledgerId, sequences, () =>
    eraseEntries(transaction, session.provider, ledgerId, erasures),
  );
  await eraseSalts(transaction, session.provider, ledgerId, keys);
}

/** Erasures with what has to be stored of each entry, as it stands now, since it cannot be worked out after. */
async function sealedErasures(
  transaction: Transaction,
  ledgerId: number,
  entries: readonly EntryErasure[],
): Promise<SealedErasure[]> {
  const erasures: SealedErasure[] = [];
  for (let from = 0; from < entries.length; from += ERASED_AT_ONCE) {
    const some = entries.slice(from, from + ERASED_AT_ONCE);
    const sequences = some.filter(({ parts }) => parts.some(isSealed)).map((one) => one.sequence);
    const rows = await transaction.auditLog.findMany({
      where: { ledgerId, sequence: { in: sequences.map(BigInt) } },
      select: selected(['sequence', ...SEALED_COLUMNS]),
    });
    const found = new Map(rows.map((row) => [Number(row.sequence), row]));
    for (const entry of some) {
      erasures.push({ ...entry, ...leftOf(found.get(entry.sequence), entry) });
    }
  }
  return erasures;
}

/** What is left of the seal of an entry that loses parts; nothing new of one that loses none of its sealed ones. */
function leftOf(
  row: SealedRow | undefined,
  { parts }: EntryErasure,
): Omit<SealedErasure, keyof EntryErasure> {
  const seal = row && sealOf(row);
  const isKept = { actor: !parts.includes('ACTOR'), content: !parts.includes('CONTENT') };
  return {
    actorSalt: (isKept.actor && seal?.actorSalt) || null,
    actorCommitment: (isKept.actor ? row?.actorCommitment : seal?.actorCommitment) ?? null,
    contentSalt: (isKept.content && seal?.contentSalt) || null,
    contentCommitment: (isKept.content ? row?.contentCommitment : seal?.contentCommitment) ?? null,
  };
}

/**
 * Has the database let go of what it still holds of rows as they were before: SQLite's write-ahead
 * log, Postgres' dead rows and statistics. False when it could not now, because somebody reads an
 * older state or the server's role may not.
 */
export const scrub = (session: Session): Promise<boolean> => session[SCRUB]();
