import { randomUUID } from 'node:crypto';
import type { EntryErasure } from '../../database/erase.ts';
import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { change } from '../../ledger/change.ts';
import { eraseInTurn, scrub } from '../../ledger/erase.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { blockersOf } from './blockers.ts';
import { ErasureBlockedError } from './erasure-blocked.ts';
import { finishErasure } from './finish-erasure.ts';
import { assertNotHeld } from './held-entries.ts';
import { namingWindows, type Subject } from './naming-entries.ts';
import { previewOf } from './preview-erasure.ts';
import { saltWindows } from './salts.ts';
import { type ErasureCounts, type ErasureTally, newTally, taken } from './tally.ts';

/** Whom to erase; the address twice, since nothing brings back what it takes. */
export interface EraseSubjectInput {
  readonly organizationId?: string | null | undefined;
  readonly email: string;
  readonly confirmEmail: string;
}

/** An erasure that was carried out. */
export interface SubjectErasure extends ErasureCounts {
  readonly organizationId: OrganizationId;
  /** What its two entries name in place of the person. */
  readonly erasureId: string;
  /** Whether the database has let go of the rows as they were before, too. */
  readonly tracesRemoved: boolean;
}

/**
 * Erases a person from an organization by their address: what is personal in every entry that they
 * made or that names them, with the salts; invitations; and their account, once it belongs to no
 * organization. Entries, their order and all proofs stay. Steps of at most 500 entries each take the
 * log's turn for a moment; an erasure that was interrupted is finished by asking for it again.
 * @throws InvalidInputError the address is malformed or not confirmed
 * @throws ErasureBlockedError
 * @throws NotFoundError | ForbiddenError | ConflictError as `change` with `auditLog:erase`
 */
export async function eraseSubject(
  session: Session,
  { organizationId, email, confirmEmail }: EraseSubjectInput,
): Promise<SubjectErasure> {
  refuse(
    ['email', emailProblem(email)],
    [
      'confirmEmail',
      normalizeEmail(email) === normalizeEmail(confirmEmail) ? null : 'Must be the same address.',
    ],
  );
  if (session.actor.type === 'API_KEY') throw new ForbiddenError('auditLog:erase');
  const id = await selectedOrganizationId(session, organizationId);
  return eraseFrom(session, id, normalizeEmail(email));
}

/** The same of an organization that is known, also a purged one, by an address in its normal form. */
export async function eraseFrom(
  session: Session,
  organizationId: OrganizationId,
  email: string,
): Promise<SubjectErasure> {
  await assertNothingHeld(session, organizationId, email);
  const erasureId = await begin(session, organizationId, email);
  const subject = { email, userIds: await accountsOf(session, email) };
  const tally = newTally();
  const ledgerId = await eraseKnown(session, organizationId, subject, tally);
  for await (const keys of saltWindows(session, ledgerId, tally.sequences)) {
    await eraseInTurn(session, organizationId, async () => ({ entries: [], keys }));
  }
  const counts = await finishErasure(session, organizationId, { erasureId, subject, tally });
  return { organizationId, erasureId, ...counts, tracesRemoved: await scrub(session) };
}

/** Refuses before anything is gone; holds that are made meanwhile are met by the steps. */
async function assertNothingHeld(
  session: Session,
  organizationId: OrganizationId,
  email: string,
): Promise<void> {
  if ((await session.read.legalHold.count({ where: { organizationId } })) === 0) return;
  const { blockers } = await previewOf(session, organizationId, email);
  if (blockers.length > 0) throw new ErasureBlockedError(blockers);
}

/** Puts the erasure on record before anything of it is done. */
async function begin(
  session: Session,
  organizationId: OrganizationId,
  email: string,
): Promise<string> {
  const erasureId = randomUUID();
  await change(session, organizationId, 'auditLog:erase', async (transaction) => {
    const blockers = await blockersOf(transaction, organizationId, email);
    if (blockers.length > 0) throw new ErasureBlockedError(blockers);
    return {
      result: null,
      event: {
        action: 'auditLog.erasureBegan',
        resourceUID: erasureId,
        metadata: { erasureId },
      },
    };
  });
  return erasureId;
}

const accountsOf = async ({ read }: Session, email: string): Promise<string[]> =>
  (await read.user.findMany({ where: { email }, select: { id: true } })).map(({ id }) => id);

/** What may be left for the last step, which holds the log's turn while it looks. */
const LEFT_COUNT = 500;

/** Erases from all but the newest entries; returns the log's id. */
async function eraseKnown(
  session: Session,
  organizationId: OrganizationId,
  subject: Subject,
  tally: ErasureTally,
): Promise<number> {
  for (;;) {
    const ledger = await session.read.ledger.findUniqueOrThrow({
      where: { organizationId },
      select: { id: true, size: true },
    });
    const upTo = Number(ledger.size);
    if (upTo - tally.lastSequence <= LEFT_COUNT) return ledger.id;
    const range = { ledgerId: ledger.id, after: tally.lastSequence, upTo };
    for await (const { entries, seenUserIds } of namingWindows(session, range, subject)) {
      if (entries.length > 0) await eraseStep(session, organizationId, entries);
      taken(tally, { entries, seenUserIds });
    }
    tally.lastSequence = upTo;
  }
}

const eraseStep = (
  session: Session,
  organizationId: OrganizationId,
  entries: readonly EntryErasure[],
): Promise<void> =>
  eraseInTurn(session, organizationId, async (transaction, { id }) => {
    await assertNotHeld(session, transaction, id, entries);
    return { entries };
  });
