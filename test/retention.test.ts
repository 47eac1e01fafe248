import { expect, test } from 'vitest';
import { DAY_MS } from '../src/kernel/clock.ts';
import { appendLeaves, EMPTY_ROOT } from '../src/ledger/merkle.ts';
import { codesOf, type Data, dataOf, startServer } from './support/client.ts';
import { createHold, releaseHold } from './support/holds.ts';
import { call } from './support/members.ts';
import { createOrganization, logOf, record } from './support/organizations.ts';
import { previewOf, prune, retentionOf, setRetention } from './support/retention.ts';

const server = await startServer();
const { as, query, advance, clock } = server;
const ada = as('ada');

const events = (count: number, fields: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ scope: 'COST', action: `old.event${n}`, ...fields }));

/** An organization with ten old entries of each of two scopes. */
async function oldLog(settings: object = {}): Promise<string> {
  const { id } = await createOrganization(ada, { name: 'Old', settings });
  await record(ada, id, events(10));
  await record(ada, id, events(10, { scope: 'DEPLOYMENT' }));
  return id;
}

const actionsOf = async (id: string): Promise<string[]> =>
  (await logOf(ada, id)).map(({ action }) => action);

const prunedAction = (action: string) => /^old\./.test(action);

/** The root over every leaf, of kept entries and of those that went. */
async function rootOf(id: string): Promise<{ computed: string; stored: string; leaves: number }> {
  const [ledger] = await query<Data>('SELECT * FROM "Ledger" WHERE "organizationId" = $1', [id]);
  const leaves = await query<Data>(
    `SELECT "sequence", "leafHash" FROM "AuditLog" WHERE "ledgerId" = $1
     UNION ALL SELECT "sequence", "leafHash" FROM "PrunedLeaf" WHERE "ledgerId" = $1 ORDER BY "sequence"`,
    [ledger.id],
  );
  const tree = appendLeaves(
    new Uint8Array(0),
    0,
    leaves.map(({ leafHash }) => Uint8Array.from(leafHash)),
  );
  return {
    computed: Buffer.from(leaves.length === 0 ? EMPTY_ROOT : tree.root).toString('hex'),
    stored: Buffer.from(ledger.root).toString('hex'),
    leaves: leaves.length,
  };
}

test('what is older than the retention goes, its leaf stays, and the run is two entries', async () => {
  const id = await oldLog({ retentionDays: 30 });
  advance(31 * DAY_MS);
  await record(ada, id, events(3, { action: 'new.event' }));
  const preview = await previewOf(ada, id, 30);
  expect(await prune(server)).toBe(1);
  const log = await logOf(ada, id);
  expect(log.map(({ action }) => action)).toEqual([
    ...Array(3).fill('new.event'),
    'auditLog.pruningStarted',
    'auditLog.pruned',
  ]);
  expect(preview).toMatchObject({ count: 21, heldCount: 0 });
  expect(log[3]).toMatchObject({ metadata: { dueCount: 21 }, actor: { type: 'SYSTEM' } });
  expect(log[4]).toMatchObject({
    metadata: { prunedCount: 21, firstSequence: 1, lastSequence: 21 },
  });
  const { retention } = await retentionOf(ada, id);
  expect(retention).toMatchObject({
    firstKeptSequence: 22,
    prunedCount: 21,
    lastRun: { prunedCount: 21, remaining: 0, finishedAt: expect.any(String) },
  });
  const root = await rootOf(id);
  expect(root).toMatchObject({ computed: root.stored, leaves: 26 });
});

test('what counts is when an entry was recorded, whatever its producer says of when it occurred', async () => {
  const { id } = await createOrganization(ada, {
    name: 'Backdated',
    settings: { retentionDays: 5 },
  });
  await record(ada, id, events(1, { action: 'in.time', createdAt: clock().toISOString() }));
  advance(6 * DAY_MS);
  await record(ada, id, events(1, { action: 'long.ago', createdAt: '2001-01-01T00:00:00Z' }));
  await prune(server);
  const actions = await actionsOf(id);
  expect(actions).toContain('long.ago');
  expect(actions).not.toContain('in.time');
});

test('a scope’s own retention wins, be it longer or shorter', async () => {
  const longer = await oldLog({
    retentionDays: 5,
    scopeRetention: [
      { scope: 'COST', days: null },
      { scope: 'DEPLOYMENT', days: 90 },
    ],
  });
  const shorter = await oldLog({ scopeRetention: [{ scope: 'COST', days: 5 }] });
  advance(6 * DAY_MS);
  await prune(server);
  const kept = async (id: string) =>
    dataOf(
      await ada(
        'query($id: ID!) { auditLogs(organizationId: $id) { totalCount nodes { scope } } }',
        {
          id,
        },
      ),
    ).auditLogs;
  const ofLonger = await kept(longer);
  expect(ofLonger.totalCount).toBe(22);
  expect(ofLonger.nodes.filter(({ scope }: Data) => scope !== 'PLATFORM')).toHaveLength(20);
  const ofShorter = await kept(shorter);
  expect(ofShorter.totalCount).toBe(13);
  expect(ofShorter.nodes.filter(({ scope }: Data) => scope === 'COST')).toEqual([]);
  expect((await retentionOf(ada, shorter)).retention).toMatchObject({
    firstKeptSequence: 1,
    prunedCount: 10,
  });
});

test('a shorter retention waits for seven days and is seen meanwhile; a longer one counts at once', async () => {
  const id = await oldLog();
  advance(3 * DAY_MS);
  await setRetention(ada, id, { retentionDays: 1 });
  const waiting = await retentionOf(ada, id);
  expect(waiting).toMatchObject({
    settings: { retentionDays: 1 },
    pendingRetention: { retentionDays: 1, scopes: [], requestedBy: { email: 'ada@example.com' } },
    retention: { retentionDays: null },
  });
  const waitMs = new Date(waiting.pendingRetention.effectiveAt).getTime() - clock().getTime();
  expect(Math.round(waitMs / DAY_MS)).toBe(7);
  await prune(server);
  expect((await actionsOf(id)).filter(prunedAction)).toHaveLength(20);
  await setRetention(ada, id, { scopeRetention: [{ scope: 'DEPLOYMENT', days: null }] });
  expect((await retentionOf(ada, id)).pendingRetention).toEqual({
    ...waiting.pendingRetention,
    scopes: [{ scope: 'DEPLOYMENT', days: null }],
  });
  advance(7 * DAY_MS);
  expect(await retentionOf(ada, id)).toMatchObject({
    pendingRetention: null,
    retention: { retentionDays: 1, scopes: [{ scope: 'DEPLOYMENT', days: null }] },
  });
  await prune(server);
  expect((await actionsOf(id)).filter(prunedAction)).toHaveLength(10);
});

test('a further shortening begins the wait anew; lengthening past what is in force ends it', async () => {
  const id = await oldLog({ retentionDays: 90 });
  await setRetention(ada, id, { retentionDays: 30 });
  const first = (await retentionOf(ada, id)).pendingRetention.effectiveAt;
  advance(5 * DAY_MS);
  await setRetention(ada, id, { retentionDays: 20 });
  const state = await retentionOf(ada, id);
  expect(new Date(state.pendingRetention.effectiveAt).getTime()).toBeGreaterThan(
    new Date(first).getTime() + 4 * DAY_MS,
  );
  expect(state.retention.retentionDays).toBe(90);
  await setRetention(ada, id, { retentionDays: 120 });
  expect(await retentionOf(ada, id)).toMatchObject({
    pendingRetention: null,
    retention: { retentionDays: 120 },
  });
});

test('a change that waits can be taken back, and the settings are what is in force', async () => {
  const id = await oldLog({ retentionDays: 90, scopeRetention: [{ scope: 'COST', days: 7 }] });
  await setRetention(ada, id, { retentionDays: 1, scopeRetention: null });
  const { organization } = await call(
    ada,
    'cancelRetentionChange',
    { organizationId: id },
    'organization { version settings { retentionDays scopeRetention { scope days } } }',
  );
  expect(organization).toEqual({
    version: 3,
    settings: { retentionDays: 90, scopeRetention: [{ scope: 'COST', days: 7 }] },
  });
  expect((await retentionOf(ada, id)).pendingRetention).toBeNull();
  expect((await logOf(ada, id)).at(-1)).toMatchObject({
    action: 'organization.retentionChangeCancelled',
    changes: expect.arrayContaining([{ path: 'settings.retentionDays', from: 1, to: 90 }]),
  });
  const again = await ada(
    'mutation($input: CancelRetentionChangeInput!) { cancelRetentionChange(input: $input) { __typename } }',
    { input: { organizationId: id } },
  );
  expect(codesOf(again)).toEqual(['CONFLICT']);
});

test('reverting a shorter retention takes it back like any update', async () => {
  const id = await oldLog({ retentionDays: 90 });
  await setRetention(ada, id, { retentionDays: 2, scopeRetention: [{ scope: 'COST', days: 1 }] });
  const { id: auditLogId } = (await logOf(ada, id)).at(-1);
  await call(ada, 'revertChange', { auditLogId }, 'organization { version }');
  expect(await retentionOf(ada, id)).toMatchObject({
    settings: { retentionDays: 90, scopeRetention: [] },
    pendingRetention: null,
  });
});

test('overrides are one a scope and of a sensible length', async () => {
  const id = await oldLog();
  for (const scopeRetention of [
    [
      { scope: 'COST', days: 1 },
      { scope: 'COST', days: 2 },
    ],
    [{ scope: 'COST', days: 0 }],
    [{ scope: 'COST', days: 36_501 }],
  ]) {
    expect(await setRetention(ada, id, { scopeRetention })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['settings', 'scopeRetention'] }],
    });
  }
});

test('what a legal hold covers stays, whatever the filter’s kind, until it is released', async () => {
  const id = await oldLog({ retentionDays: 30 });
  await record(ada, id, events(2, { action: 'said.it', details: 'Ströme von SECRETS' }));
  const holds = [
    await createHold(ada, id, { scopes: ['DEPLOYMENT'], actions: ['old.*'] }),
    await createHold(ada, id, { search: 'strÖme von secrets' }),
    await createHold(ada, id, { emails: ['nobody@example.com'] }),
  ];
  advance(31 * DAY_MS);
  expect(await previewOf(ada, id, 30)).toMatchObject({ count: 14, heldCount: 12 });
  await prune(server);
  const log = await logOf(ada, id);
  expect(log.filter(({ scope }) => scope === 'DEPLOYMENT')).toHaveLength(10);
  expect(log.filter(({ action }) => action === 'said.it')).toHaveLength(2);
  expect(log).toHaveLength(14);
  for (const { id: holdId } of holds) await releaseHold(ada, holdId);
  advance(2 * DAY_MS);
  await prune(server);
  expect((await actionsOf(id)).filter((action) => /^(old|said)\./.test(action))).toEqual([]);
  const root = await rootOf(id);
  expect(root.computed).toBe(root.stored);
});

test('an event told again after its entry went is a duplicate, and its entry null', async () => {
  const { id } = await createOrganization(ada, { name: 'Again', settings: { retentionDays: 1 } });
  const told = events(1, { idempotencyKey: 'once', createdAt: clock().toISOString() });
  await record(ada, id, told);
  advance(2 * DAY_MS);
  await prune(server);
  expect(await record(ada, id, told)).toMatchObject({
    recordedCount: 0,
    duplicateCount: 1,
    receipts: [{ status: 'DUPLICATE', auditLog: null }],
  });
});

test('pages, counts, exports and the past go on over a log with gaps', async () => {
  const id = await oldLog({ retentionDays: 1, scopeRetention: [{ scope: 'COST', days: null }] });
  const PAGE =
    'query($id: ID!, $after: String) { auditLogs(organizationId: $id, first: 4, after: $after, orderBy: { field: SEQUENCE, direction: ASC }) { totalCount pageInfo { hasNextPage endCursor } nodes { sequence } } }';
  const before = dataOf(await ada(PAGE, { id })).auditLogs;
  advance(2 * DAY_MS);
  const at = clock().toISOString();
  await prune(server);
  const { nodes } = dataOf(await ada(PAGE, { id, after: before.pageInfo.endCursor })).auditLogs;
  expect(nodes.map(({ sequence }: Data) => sequence)).toEqual([5, 6, 7, 8]);
  const { totalCount } = dataOf(await ada(PAGE, { id })).auditLogs;
  expect(totalCount).toBe(12);
  const past = (when: string) =>
    ada('query($id: ID!, $at: DateTime!) { organizationAt(id: $id, at: $at) { name } }', {
      id,
      at: when,
    });
  const longAgo = new Date(clock().getTime() - 1.5 * DAY_MS).toISOString();
  expect(codesOf(await past(longAgo))).toEqual(['BAD_USER_INPUT']);
  expect(dataOf(await past(at)).organizationAt).toEqual({ name: 'Old' });
  const impact = dataOf(
    await ada('query($id: ID!) { deletionImpact(organizationId: $id) { keptAuditLogCount } }', {
      id,
    }),
  );
  expect(impact.deletionImpact.keptAuditLogCount).toBe(12);
});

test('a run that was cut short shows how far it is, and goes on where it stood', async () => {
  const id = await oldLog({ retentionDays: 1 });
  advance(2 * DAY_MS);
  const stopping = new AbortController();
  stopping.abort();
  for (;;) {
    const { retention } = await retentionOf(ada, id);
    if (retention.lastRun) {
      expect(retention.lastRun).toMatchObject({ finishedAt: null, prunedCount: 3, remaining: 18 });
      break;
    }
    await pruneOneStep();
  }
  expect(await actionsOf(id)).toContain('auditLog.pruningStarted');
  expect(await actionsOf(id)).not.toContain('auditLog.pruned');
  await prune(server);
  expect((await retentionOf(ada, id)).retention).toMatchObject({
    prunedCount: 21,
    lastRun: { remaining: 0, prunedCount: 21 },
  });
});

/** Runs retention until its first rest, and stops there. */
async function pruneOneStep(): Promise<void> {
  const stopping = new AbortController();
  const running = prune(server, { stepSize: 3, restFactor: 1_000_000 }, stopping.signal);
  await new Promise((resolve) => setTimeout(resolve, 300));
  stopping.abort();
  await running;
}

test('a retention that is lengthened in the middle of a run counts from the next step on', async () => {
  const id = await oldLog({ retentionDays: 1 });
  advance(2 * DAY_MS);
  await pruneOneStep();
  await setRetention(ada, id, { retentionDays: null });
  await prune(server);
  expect((await retentionOf(ada, id)).retention).toMatchObject({
    prunedCount: 3,
    lastRun: { prunedCount: 3, remaining: 0 },
  });
});

test('a log begins one run a day at most, and none for the entries of earlier runs alone', async () => {
  const { id } = await createOrganization(ada, { name: 'Idle', settings: { retentionDays: 1 } });
  const runCount = async () =>
    (
      await query(
        'SELECT 1 FROM "RetentionRun" r JOIN "Ledger" l ON l."id" = r."ledgerId" WHERE l."organizationId" = $1',
        [id],
      )
    ).length;
  advance(2 * DAY_MS);
  await prune(server);
  expect(await runCount()).toBe(1);
  await prune(server);
  expect(await runCount()).toBe(1);
  for (let day = 0; day < 4; day += 1) {
    advance(2 * DAY_MS);
    await prune(server);
  }
  expect(await runCount()).toBe(1);
  expect(await actionsOf(id)).toEqual(['auditLog.pruningStarted', 'auditLog.pruned']);
});

test('an organization that waits to be purged keeps its whole log, and so does a purged one', async () => {
  const id = await oldLog({ retentionDays: 1 });
  await call(ada, 'deleteOrganization', { organizationId: id, confirmName: 'Old' });
  advance(3 * DAY_MS);
  await prune(server);
  expect((await actionsOf(id)).filter(prunedAction)).toHaveLength(20);
});
