import type { Transaction } from '../../database/database.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { change } from '../../ledger/change.ts';
import { eraseUnderTurn } from '../../ledger/erase.ts';
import type { Session } from '../../ledger/session.ts';
import { blockersOf } from './blockers.ts';
import { ErasureBlockedError } from './erasure-blocked.ts';
import { assertNotHeld } from './held-entries.ts';
import { NAMING_SELECT } from './named-parts.ts';
import { namingsOf, type Subject } from './naming-entries.ts';
import { countInvitations, eraseAccounts, eraseElsewhere } from './other-places.ts';
import { countsOf, type ErasureCounts, type ErasureTally, taken } from './tally.ts';

/** An erasure whose last step is due. */
interface Unfinished {
  readonly erasureId: string;
  readonly subject: Subject;
  readonly tally: ErasureTally;
}

/**
 * The last step of an erasure, in the transaction of the entry that tells of it: what was recorded
 * meanwhile, what stands beside the log, the account. From its commit on nothing in the
 * organization names the person.
 */
export const finishErasure = (
  session: Session,
  organizationId: OrganizationId,
  { erasureId, subject, tally }: Unfinished,
): Promise<ErasureCounts> =>
  change(session, organizationId, 'auditLog:erase', async (transaction) => {
    const { email } = subject;
    const blockers = await blockersOf(transaction, organizationId, email);
    if (blockers.length > 0) throw new ErasureBlockedError(blockers);
    // A conflict runs this again: it counts on a copy.
    const whole = { ...tally, sequences: new Set(tally.sequences) };
    await eraseRest(session, transaction, organizationId, subject, whole);
    const invitationCount = await countInvitations(transaction, organizationId, email);
    await eraseElsewhere(transaction, organizationId, email);
    await eraseAccounts(transaction, [...whole.seenUserIds], email);
    const result = countsOf(whole, invitationCount);
    return {
      result,
      event: {
        action: 'auditLog.subjectErased',
        resourceUID: erasureId,
        metadata: { erasureId, ...result },
      },
    };
  });

/** Erases from the entries that no step has looked at yet, under the log's turn. */
async function eraseRest(
  session: Session,
  transaction: Transaction,
  organizationId: string,
  subject: Subject,
  tally: ErasureTally,
): Promise<void> {
  const { id: ledgerId } = await transaction.ledger.findUniqueOrThrow({
    where: { organizationId },
    select: { id: true },
  });
  const rows = await transaction.auditLog.findMany({
    where: { ledgerId, sequence: { gt: tally.lastSequence } },
    select: NAMING_SELECT,
  });
  const window = namingsOf(subject)(rows);
  await assertNotHeld(session, transaction, ledgerId, window.entries);
  const sequences = window.entries.map(({ sequence }) => BigInt(sequence));
  const keys =
    sequences.length === 0
      ? []
      : await transaction.recordedKey.findMany({
          where: { ledgerId, sequence: { in: sequences } },
          select: { keyHash: true },
        });
  await eraseUnderTurn(session, transaction, ledgerId, {
    entries: window.entries,
    keys: keys.map(({ keyHash }) => keyHash),
  });
  taken(tally, window);
}
