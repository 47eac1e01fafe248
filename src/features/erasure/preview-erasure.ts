import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { ForbiddenError } from '../../kernel/errors.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { refuse } from '../../kernel/problems.ts';
import { authorize } from '../../ledger/authorize.ts';
import type { Session } from '../../ledger/session.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { type Blocker, blockersOf } from './blockers.ts';
import { namingWindows } from './naming-entries.ts';
import { countInvitations } from './other-places.ts';
import { countsOf, type ErasureCounts, newTally, taken } from './tally.ts';

/** What an erasure would take, and what stands in its way. */
export interface ErasurePreview extends ErasureCounts {
  readonly organizationId: OrganizationId;
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
  await authorize(session, id, 'auditLog:erase');
  const email = normalizeEmail(text);
  const { read } = session;
  const ledger = await read.ledger.findUniqueOrThrow({ where: { organizationId: id } });
  const tally = newTally();
  const range = { ledgerId: ledger.id, after: 0, upTo: Number(ledger.size) };
  for await (const window of namingWindows(session, range, { email, userIds: [] })) {
    taken(tally, window);
  }
  return {
    organizationId: id,
    ...countsOf(tally, await countInvitations(read, id, email)),
    blockers: await blockersOf(read, id, email),
  };
}
