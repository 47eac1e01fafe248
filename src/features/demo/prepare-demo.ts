import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import { openSession } from '../../ledger/session.ts';
import { recordAuditLogs } from '../audit-log/record-audit-logs.ts';
import { developmentSubject } from '../identity/development-token.ts';
import { userOf } from '../identity/user.ts';
import { createOrganization } from '../organization/create-organization.ts';
import { SlugTakenError } from '../organization/slug-claim.ts';
import { DEMO_EVENTS } from './demo-events.ts';

/** What the demo organization is called; its metadata says `demo: true` too. */
export const DEMO_ORGANIZATION = {
  name: 'Acme Corp (demo)',
  slug: 'acme-corp-demo',
  metadata: { demo: true },
} as const;

/**
 * Fills a database that never held an organization with a demo one, owned by the person whom a
 * development token for `email` speaks for, through the same operations as everyone's. Gives
 * whether it did; does nothing on any other database. Call it in development mode only.
 */
export async function prepareDemo(
  database: Database,
  clock: Clock,
  email: string,
): Promise<boolean> {
  if ((await database.read.ledger.count()) > 0) return false;
  const person = { subject: developmentSubject(email), email, name: null };
  const session = openSession(database, clock, await userOf(database, clock, person));
  try {
    const { id } = await createOrganization(session, DEMO_ORGANIZATION);
    await recordAuditLogs(session, id as OrganizationId, DEMO_EVENTS);
    return true;
  } catch (error) {
    // Another process that starts at the same moment makes it.
    if (error instanceof SlugTakenError) return false;
    throw error;
  }
}
