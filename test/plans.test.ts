import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { ENTRY_COLUMNS } from '../src/database/batch.ts';
import { PAGE_PLANS } from '../src/database/postgresql-pool.ts';
import { auditLogsBy } from '../src/features/audit-log/audit-log-by-id.ts';
import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { listAuditLogs } from '../src/features/audit-log/list-audit-logs.ts';
import { auditLogIdAt } from '../src/kernel/audit-log-id.ts';
import type { OrganizationId } from '../src/kernel/ids.ts';
import { deriveBehind } from '../src/ledger/derivations.ts';
import { fillTiles } from '../src/ledger/fill-tiles.ts';
import { logTree } from '../src/ledger/proved.ts';
import type { Session } from '../src/ledger/session.ts';
import { TILE_WIDTH } from '../src/ledger/tile.ts';
import { treeOfEntries } from '../src/ledger/tree-statement.ts';
import { type FreshDatabase, freshDatabase } from './support/database.ts';
import { ownedOrganization } from './support/owned-organization.ts';
import { type Asked, telling } from './support/telling.ts';

const isSqlite = inject('provider') === 'sqlite';
const ROWS = 200_000;

/** Entry number n, as SQL: one action in sixty, one person in a thousand, few failures. */
const VALUES: Partial<Record<keyof typeof ENTRY_COLUMNS, string>> = {
  ledgerId: '(SELECT max("id") FROM "Ledger")',
  sequence: 'n + 1',
  scope: `CASE n % 4 WHEN 0 THEN 'COST' WHEN 1 THEN 'SCHEDULING' WHEN 2 THEN 'DEPLOYMENT' ELSE 'PROVISIONING' END`,
  action: `CASE WHEN n % 5000 = 0 THEN 'rare.deed' ELSE 'thing.did' || (n % 60) END`,
  outcome: `CASE WHEN n % 100 = 0 THEN 'DENIED' ELSE 'SUCCESS' END`,
  origin: `'PRODUCER'`,
  resourceUID: `'res_' || (n % 7000)`,
  actorType: `CASE WHEN n % 50 = 0 THEN 'SERVICE' ELSE 'USER' END`,
  createdAtMs: '1700000000000 + n * 1000 - (n * 7919) % 60000',
  recordedAtMs: '1700000000000 + n * 1000',
  email: `'person-' || CASE WHEN n % 3 = 0 THEN 0 ELSE n % 1000 END || '@example.com'`,
  details: `'what happened ' || n`,
  metadata: `'{}'`,
};
const HASHES = ['actorCommitment', 'contentCommitment', 'leafHash'];
const NOTHING = isSqlite ? 'zeroblob(32)' : `decode(repeat('00', 32), 'hex')`;

let fresh: FreshDatabase;
let session: Session;
let id: OrganizationId;
const asked: Asked[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  await ownedOrganization(fresh.database, 'small');
  const owned = await ownedOrganization(fresh.database, 'large');
  id = owned.id;
  session = telling(owned.session, asked);
  const columns = Object.entries({
    ...VALUES,
    ...Object.fromEntries(HASHES.map((name) => [name, NOTHING])),
  });
  const numbers = isSqlite
    ? `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})`
    : `WITH numbers AS (SELECT generate_series(1, ${ROWS}) AS n)`;
  await fresh.query(
    `${numbers} INSERT INTO "AuditLog" (${columns.map(([name]) => `"${name}"`).join(', ')}) SELECT ${columns.map(([, sql]) => sql).join(', ')} FROM numbers`,
  );
  await fresh.query(`UPDATE "Ledger" SET "size" = ${ROWS + 1} WHERE "organizationId" = $1`, [id]);
  while (await deriveBehind(owned.session, undefined, 1));
  if (!isSqlite) await fresh.query('VACUUM ANALYZE');
}, 120_000);
afterAll(() => fresh.close());

const busy = 'person-0@example.com';
const hundred = Array.from({ length: 100 }, (_, n) => `person-${n}@example.com`);
const FILTERS: Record<string, AuditLogFilter> = {
  'no filter': {},
  'a common action': { actions: ['thing.did7'] },
  'a rare action': { actions: ['rare.deed'] },
  'an action that is not there': { actions: ['no.such'] },
  'a prefix': { actions: ['thing.*'] },
  'a scope': { scopes: ['COST'] },
  'a scope that is not there': { scopes: ['PLATFORM'] },
  'three scopes': { scopes: ['COST', 'SCHEDULING', 'PLATFORM'] },
  'a busy person': { emails: [busy] },
  'a hundred people': { emails: hundred },
  'a busy person and a rare action': { emails: [busy], actions: ['rare.deed'] },
  'a busy person and a scope that is not there': { emails: [busy], scopes: ['PLATFORM'] },
  'people and scopes': { emails: [busy, 'person-7@example.com'], scopes: ['COST', 'DEPLOYMENT'] },
  'an action in a scope that it is not in': { actions: ['thing.did4'], scopes: ['SCHEDULING'] },
  'what was denied': { outcomes: ['DENIED'] },
  'what was denied to somebody': { outcomes: ['DENIED'], emails: ['person-200@example.com'] },
  'what services did': { actorTypes: ['SERVICE'] },
  'a resource': { resourceUIDs: ['res_77'] },
  'a span': { createdAt: { from: new Date(1_700_005_000_000), to: new Date(1_700_010_000_000) } },
  'all but a prefix': { notActions: ['rare.*'] },
  'a common action of a hundred people': { emails: hundred, actions: ['thing.did7'] },
  'a rare action of a hundred people': { emails: hundred, actions: ['rare.deed'] },
  'what services did in the name of a busy person': { emails: [busy], actorTypes: ['SERVICE'] },
  'a long span without a prefix': {
    notActions: ['rare.*'],
    createdAt: { from: new Date(1_700_005_000_000), to: new Date(1_700_020_000_000) },
  },
  'a span of a busy person': {
    emails: [busy],
    createdAt: { from: new Date(1_700_005_000_000), to: new Date(1_700_010_000_000) },
  },
};

const SEARCHES: Record<string, AuditLogFilter> = {
  'a rare text': { search: 'happened 77123' },
  'a text that is not there': { search: 'quarterly' },
  'a text that is not there, of letters that are': { search: 'happened what' },
  'two letters that are not there': { search: 'zz' },
  'a rare text of a busy person': { search: 'happened 123', emails: [busy] },
  'a rare text in a scope': { search: 'happened 77123', scopes: ['PROVISIONING'] },
  'a text in every entry of a rare person': { search: 'what', emails: ['person-200@example.com'] },
  'a text in every entry': { search: 'HAPPENED' },
  'two letters in every entry': { search: 'pp' },
  'a text in a hundredth': { search: 'ed 12' },
  'a text in every entry, denied': { search: 'what', outcomes: ['DENIED'] },
};

/** The sequences that a search finds, in the order of a page, by looking at each entry as `VALUES` has it. */
function naivelyFound(
  { search, emails, outcomes, scopes }: AuditLogFilter,
  field: (typeof BOTH_ORDERS)[number],
): number[] {
  const timeOf = (n: number) => n * 1000 - ((n * 7919) % 60_000);
  const found = Array.from({ length: ROWS }, (_, at) => at + 1).filter(
    (n) =>
      `what happened ${n}`.includes(search?.toLowerCase() ?? '') &&
      (!emails || emails.includes(`person-${n % 3 === 0 ? 0 : n % 1000}@example.com`)) &&
      (!outcomes || n % 100 === 0) &&
      (!scopes || n % 4 === 3),
  );
  found.sort((a, b) => (field === 'SEQUENCE' ? 0 : timeOf(b) - timeOf(a)) || b - a);
  return found.map((n) => n + 1);
}

/** Pages of 8 KiB that a page of entries, with all that is asked before it, may look at. */
const MOST_BUFFERS = 2_500;
/** The same of a search: a thousand of the nearest entries, and some thousand that the index names. */
const MOST_SEARCH_BUFFERS = 12_000;

/** The same of a hundred proofs: each leaf by its place, the last 255, and a few tiles of 8 KiB. */
const MOST_PROOF_BUFFERS = 800;

const BOTH_ORDERS = ['CREATED_AT', 'SEQUENCE'] as const;

test.each(Object.entries(FILTERS))(
  'a page and a count by %s look at little, wherever in the log',
  async (_name, filter) => {
    for (const field of BOTH_ORDERS) {
      asked.length = 0;
      const page = { filter, orderBy: { field, direction: 'DESC' }, first: 50 } as const;
      const { rows, total } = await listAuditLogs(session, id, page);
      await total();
      const last = rows.at(-1);
      expect(last || /not there|not in/.test(_name)).toBeTruthy();
      // The first is who asks.
      await (isSqlite ? expectSearches : expectFewBuffers)(asked.slice(1));
    }
  },
);

test('a count that is begun beside its page looks at little', async () => {
  for (const filter of Object.values(FILTERS)) {
    for (let time = 0; time < 2; time += 1) {
      asked.length = 0;
      const { total } = await listAuditLogs(session, id, { filter, first: 50, isCounted: true });
      await total();
    }
    // The second time the way is known: page and count find the log themselves.
    await (isSqlite ? expectSearches(asked.slice(1)) : expectFewBuffers(asked));
  }
});

test.each(Object.entries(SEARCHES))(
  'a page of a search for %s looks at little, wherever in the log',
  async (_name, filter) => {
    for (const field of BOTH_ORDERS) {
      asked.length = 0;
      const page = { filter, orderBy: { field, direction: 'DESC' }, first: 50 } as const;
      const { rows, total } = await listAuditLogs(session, id, page);
      const expected = naivelyFound(filter, field);
      expect(rows.map(({ sequence }) => sequence)).toEqual(expected.slice(0, 50));
      expect(expected.length > 0).toBe(!/not there/.test(_name));
      await (isSqlite
        ? expectSearches(asked.slice(1))
        : expectFewBuffers(asked.slice(1), MOST_SEARCH_BUFFERS));
      const count = Math.min(expected.length, 10_000);
      expect(await total()).toEqual({ count, isCapped: expected.length > count });
    }
  },
);

test('a search for what is not there looks at no more than the nearest entries, be it counted too', async () => {
  asked.length = 0;
  const { total } = await listAuditLogs(session, id, { filter: { search: 'happened what' } });
  expect(await total()).toEqual({ count: 0, isCapped: false });
  if (!isSqlite) await expectFewBuffers(asked.slice(1));
  expect(asked.filter(({ text }) => /strpos|instr/.test(text))).toHaveLength(1);
});

test('a snapshot far from what roll-ups hold is counted by itself', async () => {
  const asOf = ROWS / 2;
  const { total } = await listAuditLogs(session, id, { filter: { outcomes: ['DENIED'] }, asOf });
  // Entry n has the sequence n + 1.
  expect(await total()).toEqual({ count: Math.floor((asOf - 1) / 100), isCapped: false });
});

test('the last page costs what the first does', async () => {
  const costs: number[] = [];
  for (const range of [{ first: 50 }, { last: 50 }]) {
    asked.length = 0;
    await listAuditLogs(session, id, range);
    if (!isSqlite) costs.push(await buffersOf(asked.slice(1), 'force_generic_plan'));
  }
  for (const cost of costs) expect(cost).toBeLessThan(100);
});

test('a proof looks up its tiles and leaves by their places, wherever in the log', async () => {
  const tree = await logTree(session, id);
  if (!tree) throw new Error('There is no log.');
  expect(await fillTiles(session, tree)).toBe(Math.floor(tree.size / TILE_WIDTH));
  if (!isSqlite) await fresh.query('ANALYZE "MerkleTile"');
  for (const sequences of [[77], Array.from({ length: 100 }, (_, n) => 77_000 + n)]) {
    asked.length = 0;
    const read = await treeOfEntries(session, id, sequences, ROWS);
    expect(read?.read.tiles.size).toBeGreaterThan(2);
    await (isSqlite
      ? expectSearches(asked, /sequence[<>=]|index=/)
      : expectFewBuffers(asked, MOST_PROOF_BUFFERS));
  }
});

test('entries are found by their ids at their places, those from before by an index', async () => {
  asked.length = 0;
  const { rows } = await listAuditLogs(session, id, { first: 100 });
  const unknown = auditLogIdAt('org_01h455vb4pex5vsknk084sn02q' as OrganizationId, 7, 1);
  asked.length = 0;
  const found = await auditLogsBy(session, [...rows.map((row) => row.id), unknown]);
  expect(found).toEqual([...rows, null]);
  expect(asked).toHaveLength(2);
  if (!isSqlite) return expectFewBuffers(asked, MOST_PROOF_BUFFERS);
  await expectSearches(asked);
  const plans = asked.map(({ text, values }) =>
    fresh.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, values),
  );
  const details = (await Promise.all(plans)).flat().map(({ detail }) => detail);
  expect(details.filter((detail) => /\bl\b/.test(detail))).toEqual([
    expect.stringContaining('INDEX Ledger_by_tail'),
    expect.stringMatching(/^SEARCH l USING INTEGER PRIMARY KEY/),
  ]);
});

/** SQLite says how it goes: by an index each time, never through the table, and sorts only to merge. */
async function expectSearches(statements: readonly Asked[], by = /=/): Promise<void> {
  for (const { text, values } of statements) {
    // Only the reading door knows how text is folded.
    const plan = await fresh.database.select<{ detail: string }>(
      `EXPLAIN QUERY PLAN ${text}`,
      values,
    );
    for (const { detail } of plan) {
      if (!/Audit(Log|Gram|Tally)|Derivation|PrunedLeaf|tile|\be\b/.test(detail)) continue;
      // What is called e are rows whose places are known.
      expect(detail).toMatch(/^SEARCH (?!e ).* USING (COVERING )?INDEX|^SEARCH e .*sequence=\?/);
      expect(detail).toMatch(by);
    }
    // Tallies are few, and summed by what they have in common.
    if (!/^WITH|^SELECT.*(UNION ALL|AS "(found|near|place)")/.test(text)) {
      expect(plan.map(({ detail }) => detail).join('; ')).not.toContain('TEMP B-TREE');
    }
  }
}

/** The same with and without the values at hand: a statement is prepared once and used for years. */
async function expectFewBuffers(statements: readonly Asked[], most = MOST_BUFFERS): Promise<void> {
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    expect(await buffersOf(statements, mode)).toBeLessThan(most);
  }
}

async function buffersOf(statements: readonly Asked[], mode: string): Promise<number> {
  const client = new pg.Client({ connectionString: fresh.url, options: PAGE_PLANS });
  await client.connect();
  let buffers = 0;
  try {
    await client.query(`SET plan_cache_mode = ${mode}`);
    for (const { text, values } of statements) {
      await client.query(`PREPARE asked AS ${text}`);
      const given = values.map((value) => pg.escapeLiteral(String(value))).join(', ');
      const { rows } = await client.query(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked${given && `(${given})`}`,
      );
      const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
      expect(JSON.stringify(plan)).not.toContain('Seq Scan');
      buffers += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      await client.query('DEALLOCATE asked');
    }
  } finally {
    await client.end();
  }
  return buffers;
}
