import type { Database } from '../src/database/database.ts';
import { userOf } from '../src/features/identity/user.ts';
import { createOrganization } from '../src/features/organization/create-organization.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { openSession, type Session } from '../src/ledger/session.ts';

/** Whom the benchmark speaks as. */
export const SUBJECT = 'bench';

/** An event of ordinary size. */
export const EVENT = {
  scope: 'SCHEDULING',
  action: 'schedule.created',
  email: 'admin@company.com',
  resourceType: 'schedule',
  resourceUID: 'sch_abc123',
  details: "Created schedule 'Business Hours'",
  metadata: { timezone: 'Europe/Berlin', days: 5 },
} as const;

/** A session of the person the benchmark speaks as. */
export async function benchSession(database: Database): Promise<Session> {
  const claims = { subject: SUBJECT, email: 'bench@example.com', name: 'Bench' };
  return openSession(database, systemClock, await userOf(database, systemClock, claims));
}

/** New organizations of the session. */
export async function newOrganizations(session: Session, count: number): Promise<OrganizationId[]> {
  const ids: OrganizationId[] = [];
  for (let n = 0; n < count; n++) {
    ids.push((await createOrganization(session, { name: `Bench ${n}` })).id as OrganizationId);
  }
  return ids;
}

/** Calls by `callers` at once for `durationMs`; gives how many a second. */
export async function rateOf(
  call: (n: number) => Promise<unknown>,
  { callers, durationMs }: { readonly callers: number; readonly durationMs: number },
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + durationMs;
  let count = 0;
  const caller = async () => {
    while (performance.now() < until) await call(count++);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (count * 1_000) / (performance.now() - startedAt);
}

/** The middle of some numbers. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
