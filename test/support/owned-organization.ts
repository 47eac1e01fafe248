import type { Database } from '../../src/database/database.ts';
import { developmentSubject } from '../../src/features/identity/development-token.ts';
import { userOf } from '../../src/features/identity/user.ts';
import { createOrganization } from '../../src/features/organization/create-organization.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { openSession } from '../../src/ledger/session.ts';

/** A new organization of `owner@example.com`, with its owner's session. */
export async function ownedOrganization(database: Database, slug: string) {
  const email = 'owner@example.com';
  const person = { subject: developmentSubject(email), email, name: 'Olive Owner' };
  const session = openSession(database, systemClock, await userOf(database, systemClock, person));
  const { id } = await createOrganization(session, { name: slug, slug });
  return { id: id as OrganizationId, session };
}

/** Every stored entry of an organization, by sequence. */
export async function storedEntries(database: Database, organizationId: OrganizationId) {
  const ledger = await database.read.ledger.findUniqueOrThrow({ where: { organizationId } });
  return database.read.auditLog.findMany({
    where: { ledgerId: ledger.id },
    orderBy: { sequence: 'asc' },
  });
}
