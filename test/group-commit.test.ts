import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { recordAuditLogs } from '../src/features/audit-log/record-audit-logs.ts';
import { ForbiddenError, NotFoundError, UnavailableError } from '../src/kernel/errors.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { groupQueue, type QueueLimits } from '../src/ledger/group-queue.ts';
import { isolating } from '../src/ledger/isolate.ts';
import { openSession, openSystemSession, type Session } from '../src/ledger/session.ts';
import { dataOf, startServer } from './support/client.ts';
import { addMember, createOrganization, logOf } from './support/organizations.ts';

const { as, clock, database, query, url } = await startServer();
const ada = as('ada');

const EVENT = { scope: 'COST', action: 'a.b' } as const;

const newId = async (name: string): Promise<OrganizationId> =>
  (await createOrganization(ada, { name })).id;

/** A session of a person, as a request of theirs would have it. */
async function sessionOf(name: string): Promise<Session> {
  const { viewer } = dataOf(await as(name)('{ viewer { user { id } } }'));
  const email = `${name}@example.com`;
  return openSession(database, clock, { type: 'USER', id: viewer.user.id, email, name });
}

const LIMITS: QueueLimits = {
  waiting: { eventCount: 4, sizeBytes: 1_000 },
  batch: { eventCount: 3, sizeBytes: 100 },
};
const job = (name: string, eventCount = 1, sizeBytes = 1) => ({ name, eventCount, sizeBytes });

test('a batch takes all that came while the one before it ran, in order, up to its limits', async () => {
  const batches: string[][] = [];
  const push = groupQueue(async (jobs: readonly ReturnType<typeof job>[]) => {
    batches.push(jobs.map(({ name }) => name));
    return jobs.map(({ name }) => ({ result: name }));
  }, LIMITS);
  const first = ['a', 'b', 'c', 'd'].map((name) => push(job(name)));
  expect(await Promise.all(first)).toEqual(['a', 'b', 'c', 'd']);
  expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
  await Promise.all([push(job('small')), push(job('wide', 1, 99)), push(job('over', 1, 2))]);
  await push(job('large', 9, 9_999));
  expect(batches.slice(2)).toEqual([['small', 'wide'], ['over'], ['large']]);
});

test('a full queue refuses at once, with a time to come again, and keeps what waits', async () => {
  const gate = Promise.withResolvers<void>();
  const push = groupQueue(async (jobs: readonly ReturnType<typeof job>[]) => {
    await gate.promise;
    return jobs.map(({ name }) => ({ result: name }));
  }, LIMITS);
  const kept = ['a', 'b', 'c', 'd'].map((name) => push(job(name)));
  const refusal = await push(job('e')).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UnavailableError);
  expect(refusal).toMatchObject({ retryAfterSeconds: 1 });
  gate.resolve();
  expect(await Promise.all(kept)).toEqual(['a', 'b', 'c', 'd']);
  expect(await push(job('f'))).toBe('f');
});

test('a batch that fails is tried apart, so that only the jobs at fault fail', async () => {
  const jobs = ['a1', 'a2', 'b1', 'c1'].map((name) => ({ name, organizationId: name.slice(0, 1) }));
  const tried: string[] = [];
  const settle = async (some: readonly (typeof jobs)[number][]) => {
    tried.push(some.map(({ name }) => name).join(' '));
    if (some.some(({ name }) => name === 'a2')) throw new Error('a2 is at fault');
    return some.map(({ name }) => ({ result: name }));
  };
  expect(await isolating(settle, jobs)).toEqual([
    { result: 'a1' },
    { error: new Error('a2 is at fault') },
    { result: 'b1' },
    { result: 'c1' },
  ]);
  expect(tried).toEqual(['a1 a2 b1 c1', 'a1 a2', 'a1', 'a2', 'b1', 'c1']);
  tried.length = 0;
  const gone = async () => Promise.reject(new UnavailableError('gone'));
  const outcomes = await isolating(gone, jobs);
  expect(outcomes.every((one) => 'error' in one)).toBe(true);
  expect(tried).toEqual([]);
});

test('callers who are refused take nobody along: a stranger, a demoted member, a deleted organization', async () => {
  const [open, closing] = [await newId('Open'), await newId('Closing')];
  await addMember(query, as, open, 'demoted', 'ADMIN');
  const [owner, demoted, stranger] = await Promise.all(['ada', 'demoted', 'eve'].map(sessionOf));
  if (!owner || !demoted || !stranger) throw new Error('No sessions.');
  // Both are let through now, and remembered for a moment.
  await recordAuditLogs(demoted, open, [EVENT]);
  await recordAuditLogs(owner, closing, [EVENT]);
  await query(`UPDATE "Membership" SET "role" = 'AUDITOR' WHERE "userId" = $1`, [demoted.actor.id]);
  await ada(
    'mutation($id: ID!) { deleteOrganization(input: { organizationId: $id, confirmName: "Closing", graceDays: 0 }) { __typename } }',
    { id: closing },
  );
  const asked = [
    recordAuditLogs(owner, open, [EVENT]),
    recordAuditLogs(demoted, open, [EVENT]),
    recordAuditLogs(owner, closing, [EVENT]),
    recordAuditLogs(stranger, open, [EVENT]),
    recordAuditLogs(owner, open, [EVENT]),
  ];
  const settled = await Promise.allSettled(asked);
  const reasons = settled.map((one) => (one.status === 'rejected' ? one.reason.constructor : null));
  expect(reasons).toEqual([null, ForbiddenError, NotFoundError, NotFoundError, null]);
  const log = await logOf(ada, open);
  expect(log.map(({ action }) => action).sort()).toEqual([
    'a.b',
    'a.b',
    'a.b',
    'access.denied',
    'organization.created',
  ]);
});

test('two processes, changes and retries under the same keys share one gapless series', async () => {
  const id = await newId('Shared');
  const other = await openDatabase(url);
  const sessions = [database, other].map((one) => openSystemSession(one, clock, 'test'));
  const recording = sessions.flatMap((session) =>
    Array.from({ length: 60 }, (_, n) =>
      recordAuditLogs(session, id, [EVENT, { ...EVENT, idempotencyKey: `key ${n}` }]),
    ),
  );
  const changing = Array.from({ length: 10 }, (_, n) =>
    ada(
      'mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { __typename } }',
      { input: { organizationId: id, name: `Name ${n}` } },
    ),
  );
  const receipts = (await Promise.all(recording)).flat();
  await Promise.all(changing);
  await other.close();
  const count = (status: string) => receipts.filter((one) => one.status === status).length;
  expect([count('RECORDED'), count('DUPLICATE')]).toEqual([180, 60]);
  const rows = await query<{ sequence: number }>(
    'SELECT e."sequence" FROM "AuditLog" e JOIN "Ledger" l ON l."id" = e."ledgerId" WHERE l."organizationId" = $1 ORDER BY e."sequence"',
    [id],
  );
  expect(rows.map(({ sequence }) => Number(sequence))).toEqual(
    Array.from({ length: 191 }, (_, n) => n + 1),
  );
});

test.skipIf(inject('provider') === 'sqlite')(
  'an organization whose turn is held too long is unavailable alone',
  async () => {
    const [held, free] = [await newId('Held'), await newId('Free')];
    const session = await sessionOf('ada');
    await recordAuditLogs(session, held, [EVENT]);
    await recordAuditLogs(session, free, [EVENT]);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM "Ledger" WHERE "organizationId" = $1 FOR UPDATE', [held]);
    const [stuck, through] = await Promise.allSettled([
      recordAuditLogs(session, held, [EVENT]),
      recordAuditLogs(session, free, [EVENT]),
    ]);
    await client.query('ROLLBACK');
    await client.end();
    expect(stuck).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    expect(through.status).toBe('fulfilled');
    expect(await recordAuditLogs(session, held, [EVENT])).toMatchObject([{ status: 'RECORDED' }]);
  },
);
