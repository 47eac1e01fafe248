import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { standingHolds } from '../legal-hold/held.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { blockersOf } from './blockers.ts';
import type { Blocker } from './erasure-blocked.ts';
import { countHeld, coveringHolds } from './held-entries.ts';
import { namingWindows } from './naming-entries.ts';
import { countInvitations, isNamedElsewhere } from './other-places.ts';
import { countsOf, type ErasureCounts, newTally, taken } from './tally.ts';

/** What an erasure would take, and what stands in its way. */
export interface ErasurePreview extends ErasureCounts {
  readonly organizationId: OrganizationId;
  /** Of the entries, how many a legal hold keeps. */
  readonly heldCount: number;
  readonly blockers: readonly Blocker[];
}

/**
 * Counts what the erasure of a person would take, by reading the whole log; changes nothing.
 * @throws InvalidInputError a malformed address
 * @throws NotFoundError | ForbiddenError as `authorize` with `auditLog:erase`
 */
export async function previewErasure(
  session: Session,
  { organizationId, email: text }: { organizationId?: string | null | undefined; email: string },
): Promise<ErasurePreview> {
  refuse(['email', emailProblem(text)]);
  if (session.actor.type === 'API_KEY') throw new ForbiddenError('auditLog:erase');
  const id = await selectedOrganizationId(session, organizationId);
  return previewOf(session, id, normalizeEmail(text));
}

/** The same of an organization that is known, by an address in its normal form. */
export async function previewOf(
  session: Session,
  organizationId: OrganizationId,
  email: string,
): Promise<ErasurePreview> {
  await authorize(session, organizationId, 'auditLog:erase');
  const { read } = session;
  const ledger = await read.ledger.findUniqueOrThrow({ where: { organizationId } });
  const holds = await standingHolds(read, ledger.id);
  const blockers = await blockersOf(read, organizationId, email);
  const tally = newTally();
  let heldCount = 0;
  const range = { ledgerId: ledger.id, after: 0, upTo: Number(ledger.size) };
  for await (const window of namingWindows(session, range, { email, userIds: [] })) {
    taken(tally, window);
    const count = await countHeld(session, ledger.id, holds, window.entries);
    if (count === 0) continue;
    heldCount += count;
    const uncounted = holds.filter(({ id }) => blockers.every((blocker) => blocker.id !== id));
    blockers.push(...(await coveringHolds(session, ledger.id, uncounted, window.entries)));
  }
  const invitationCount = await countInvitations(read, organizationId, email);
  return { organizationId, ...countsOf(tally, invitationCount), heldCount, blockers };
}

/** Whether nothing of an organization, purged or not, names a person. */
export async function isUntouched(
  session: Session,
  organizationId: OrganizationId,
  email: string,
): Promise<boolean> {
  const { entryCount, invitationCount, blockers } = await previewOf(session, organizationId, email);
  if (entryCount + invitationCount + blockers.length > 0) return false;
  return !(await isNamedElsewhere(session.read, organizationId, email));
}
