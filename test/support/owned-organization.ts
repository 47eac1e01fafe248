import type { Database } from '../../src/database/database.ts';
import { developmentSubject } from '../../src/features/identity/development-token.ts';
import { userOf } from '../../src/features/identity/user.ts';
import { createOrganization } from '../../src/features/organization/create-organization.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { OrganizationId } from '../../src/kernel/ids.ts';
import { openSession } from '../../src/ledger/session.ts';

/** The session of whoever has this address. */
export async function personSession(database: Database, email: string, name: string | null) {
  const person = { subject: developmentSubject(email), email, name };
  return openSession(database, systemClock, await userOf(database, systemClock, person));
}

/** A new organization of `owner@example.com`, with its owner's session. */
export async function ownedOrganization(database: Database, slug: string) {
  const session = await personSession(database, 'owner@example.com', 'Olive Owner');
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
