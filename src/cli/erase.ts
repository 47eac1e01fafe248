import type { Database } from '../database/database.ts';
import { eraseFrom } from '../features/erasure/erase-subject.ts';
import { ErasureBlockedError } from '../features/erasure/erasure-blocked.ts';
import { eraseAccounts } from '../features/erasure/other-places.ts';
import { isUntouched } from '../features/erasure/preview-erasure.ts';
import type { Clock } from '../kernel/clock.ts';
import { emailProblem, normalizeEmail } from '../kernel/email.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { scrub } from '../ledger/erase.ts';
import { openSystemSession, type Session } from '../ledger/session.ts';
import { unrecorded } from '../ledger/unrecorded.ts';
import { namedOrganization } from './named-organization.ts';
import { grouped } from './progress.ts';

/** Whom to erase, and from where. */
export interface EraseRequest {
  readonly email: string;
  /** Id or slug; a purged organization's id; null is every organization of the database, purged ones too. */
  readonly organization: string | null;
}

/**
 * Erases a person as `eraseSubject` does, as the server's operator; from the whole database also
 * their account, unless they are a member somewhere. Gives the exit code: 2 when something stood in
 * the way of some.
 * @throws Error the address is malformed, or the organization unknown
 */
export async function runErase(
  database: Database,
  clock: Clock,
  { email: given, organization }: EraseRequest,
): Promise<number> {
  const problem = emailProblem(given);
  if (problem !== null) throw new Error(problem);
  const email = normalizeEmail(given);
  const session = openSystemSession(database, clock, 'erase');
  const ids = organization
    ? [(await namedOrganization(session, organization)).id]
    : await organizationsHolding(session, email);
  let blockedCount = 0;
  for (const id of ids) if (!(await told(session, id, email))) blockedCount += 1;
  if (!organization) await eraseAccount(session, email);
  process.stdout.write(
    `Erased from ${ids.length - blockedCount} of ${ids.length} organizations.\n`,
  );
  return blockedCount === 0 ? 0 : 2;
}

async function organizationsHolding(session: Session, email: string): Promise<OrganizationId[]> {
  const ledgers = await session.read.ledger.findMany({ select: { organizationId: true } });
  const holding: OrganizationId[] = [];
  for (const { organizationId } of ledgers) {
    const id = organizationId as OrganizationId;
    if (!(await isUntouched(session, id, email))) holding.push(id);
  }
  return holding;
}

/** Erases from one organization and says so; false when something stands in the way. */
async function told(session: Session, id: OrganizationId, email: string): Promise<boolean> {
  try {
    const { entryCount, tracesRemoved } = await eraseFrom(session, id, email);
    const rest = tracesRemoved ? '' : '; the database still holds the rows as they were before';
    process.stdout.write(`${id}: ${grouped(entryCount)} entries${rest}.\n`);
    return true;
  } catch (error) {
    if (!(error instanceof ErasureBlockedError)) throw error;
    const blockers = error.blockers.map(({ reason, id: of }) => `${reason} ${of}`).join(', ');
    process.stderr.write(`${id}: not erased, because of ${blockers}.\n`);
    return false;
  }
}

/** Erases their account, which stands in no organization, and what the database still holds of it. */
async function eraseAccount(session: Session, email: string): Promise<void> {
  const count = await unrecorded(
    session,
    'an account outside any organization',
    async (transaction) => {
      const accounts = await transaction.user.findMany({ where: { email }, select: { id: true } });
      const ids = accounts.map(({ id }) => id);
      return eraseAccounts(transaction, ids, email);
    },
  );
  if (count === 0 || (await scrub(session))) return;
  process.stdout.write('Their account is gone; the database still holds its row as it was.\n');
}
