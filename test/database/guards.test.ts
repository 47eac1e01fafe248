import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Transaction } from '../../src/database/database.ts';
import { guardsOf } from '../../src/database/guard-sql.ts';
import { checkGuards } from '../../src/database/guards.ts';
import { openDatabase } from '../../src/database/open.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const provider = inject('provider');
const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

const entry = (sequence: number) => ({
  ledgerId: 1,
  sequence: BigInt(sequence),
  id: bytes(sequence, 16),
  scope: 'PLATFORM',
  action: 'test.done',
  outcome: 'SUCCESS',
  origin: 'SERVER',
  actorType: 'SYSTEM',
  createdAtMs: 1_700_000_000_000n,
  recordedAtMs: 1_700_000_000_000n,
  changes: '[]',
  metadata: '{}',
  actorCommitment: bytes(1),
  contentCommitment: bytes(2),
  leafHash: bytes(3),
});

const storeOneOfEach = async (transaction: Transaction) => {
  await transaction.auditLog.create({ data: entry(1) });
  await transaction.recordedKey.create({
    data: {
      ledgerId: 1,
      keyHash: bytes(4),
      sequence: 1n,
      bodySalt: bytes(5, 16),
      bodyHash: bytes(6),
    },
  });
  await transaction.prunedLeaf.create({
    data: { ledgerId: 1, sequence: 1n, leafHash: bytes(3) },
  });
  await transaction.auditCheckpoint.create({
    data: { ledgerId: 1, size: 1n, signedAtMs: 1n, root: bytes(7), note: 'a note' },
  });
  await transaction.ledger.create({
    data: {
      organizationId: 'org_1',
      size: 1n,
      frontier: bytes(7),
      root: bytes(7),
      firstKeptSequence: 1n,
      lastRecordedAtMs: 1_700_000_000_000n,
    },
  });
};

const REFUSED = [
  `UPDATE "AuditLog" SET "action" = 'rewritten'`,
  'DELETE FROM "AuditLog"',
  'UPDATE "RecordedKey" SET "sequence" = 9',
  'DELETE FROM "RecordedKey"',
  `UPDATE "PrunedLeaf" SET "sequence" = 7`,
  'DELETE FROM "PrunedLeaf"',
  `INSERT INTO "PrunedLeaf" SELECT 1, 2, "leafHash" FROM "AuditLog"`,
  `UPDATE "AuditCheckpoint" SET "note" = 'another'`,
  'DELETE FROM "AuditCheckpoint"',
  'DELETE FROM "Ledger"',
  ...(provider === 'sqlite'
    ? [
        'INSERT OR REPLACE INTO "AuditLog" SELECT * FROM "AuditLog"',
        `REPLACE INTO "AuditLog" ("ledgerId", "sequence", "id", "scope", "action", "outcome", "origin",
           "actorType", "createdAtMs", "recordedAtMs", "changes", "metadata", "actorCommitment",
           "contentCommitment", "leafHash")
         SELECT 2, 77, "id", "scope", 'rewritten', "outcome", "origin", "actorType", "createdAtMs",
           "recordedAtMs", "changes", "metadata", "actorCommitment", "contentCommitment", "leafHash"
         FROM "AuditLog"`,
        `INSERT INTO "AuditLog" SELECT * FROM "AuditLog" WHERE true
         ON CONFLICT DO UPDATE SET "action" = 'rewritten'`,
        'INSERT OR REPLACE INTO "RecordedKey" SELECT * FROM "RecordedKey"',
        'INSERT OR REPLACE INTO "PrunedLeaf" SELECT * FROM "PrunedLeaf"',
        'INSERT OR REPLACE INTO "AuditCheckpoint" SELECT * FROM "AuditCheckpoint"',
      ]
    : [
        'TRUNCATE "AuditLog"',
        'TRUNCATE "RecordedKey"',
        'TRUNCATE "PrunedLeaf"',
        'TRUNCATE "AuditCheckpoint"',
        'TRUNCATE "Ledger"',
        `INSERT INTO "AuditLog" SELECT * FROM "AuditLog"
         ON CONFLICT ("ledgerId", "sequence") DO UPDATE SET "action" = 'rewritten'`,
        `SET session_replication_role = replica; DELETE FROM "AuditLog"`,
      ]),
];

describe('plain SQL, as the owner of the database', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
    await fresh.database.write(storeOneOfEach);
  });
  afterAll(() => fresh.close());

  test.each(REFUSED)('is refused, and changes nothing: %s', async (sql) => {
    await expect(fresh.query(sql)).rejects.toThrow('is append-only');
    expect(await fresh.query('SELECT "sequence", "action" FROM "AuditLog"')).toHaveLength(1);
    const [row] = await fresh.query<{ action: string }>('SELECT "action" FROM "AuditLog"');
    expect(row?.action).toBe('test.done');
    expect(await fresh.query('SELECT 1 FROM "RecordedKey" WHERE "sequence" = 1')).toHaveLength(1);
    expect(await fresh.query('SELECT 1 FROM "PrunedLeaf" WHERE "sequence" = 1')).toHaveLength(1);
    expect(await fresh.query('SELECT 1 FROM "Ledger"')).toHaveLength(1);
  });

  test('may add entries, and move the head of a log', async () => {
    await fresh.database.write(async (transaction) => {
      await transaction.auditLog.create({ data: { ...entry(2), ledgerId: 9 } });
      await transaction.ledger.update({ where: { organizationId: 'org_1' }, data: { size: 2n } });
    });
    expect(await fresh.database.read.auditLog.count({ where: { ledgerId: 9 } })).toBe(1);
  });
});

describe('an entry whose leaf is kept', () => {
  const remove = 'DELETE FROM "AuditLog" WHERE "ledgerId" = 1';
  const run = (cutoffMs: bigint, heededHolds: string) => ({
    ...{ ledgerId: 1, openFor: 1, cutoffMs, heededHolds, lookedAtSequence: 0n },
    ...{ dueCount: 1n, prunedCount: 0n, startedAt: new Date() },
  });
  const hold = {
    ...{ id: 'hold_1', organizationId: 'org_1', ledgerId: 1, filter: '{}', reason: 'Suit' },
    createdAt: new Date(),
  };

  test('may go only while a run is open, before its cutoff, and with every hold heeded', async () => {
    const fresh = await freshDatabase();
    const { database, query } = fresh;
    await database.write(storeOneOfEach);
    const { recordedAtMs } = entry(1);
    const refuses = () => expect(query(remove)).rejects.toThrow('is append-only');
    await refuses();
    await database.write((transaction) =>
      transaction.retentionRun.create({ data: run(recordedAtMs, '') }),
    );
    await refuses();
    await query(`UPDATE "RetentionRun" SET "cutoffMs" = ${recordedAtMs + 1n}`);
    await database.write((transaction) => transaction.legalHold.create({ data: hold }));
    await refuses();
    await query(`UPDATE "RetentionRun" SET "heededHolds" = 'hold_1', "openFor" = NULL`);
    await refuses();
    await query('UPDATE "RetentionRun" SET "openFor" = 1');
    await query(remove);
    expect(await query('SELECT 1 FROM "AuditLog"')).toEqual([]);
    await fresh.close();
  });
});

describe('the check at start', () => {
  const drop = ({ name, table }: { name: string; table: string }) =>
    provider === 'sqlite' ? `DROP TRIGGER "${name}"` : `DROP TRIGGER "${name}" ON "${table}"`;

  test('passes on a migrated database', async () => {
    const fresh = await freshDatabase();
    await expect(checkGuards(fresh.database)).resolves.toBeUndefined();
    await fresh.close();
  });

  test('refuses when any one guard is gone, and names it', async () => {
    for (const guard of guardsOf(provider)) {
      const fresh = await freshDatabase();
      await fresh.query(drop(guard));
      await expect(checkGuards(fresh.database)).rejects.toThrow(guard.name);
      await fresh.close();
    }
  });

  const POSTGRESQL_TRIGGER =
    'CREATE OR REPLACE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure()';
  const remade = (from: string, to: string) => [
    POSTGRESQL_TRIGGER.replace(from, to),
    'ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update"',
  ];
  const IDLE: Record<typeof provider, Record<string, readonly string[]>> = {
    sqlite: {
      'has another text': [
        'DROP TRIGGER "AuditLog_no_update"',
        'CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog" BEGIN SELECT 1; END',
      ],
    },
    postgresql: {
      'is disabled': ['ALTER TABLE "AuditLog" DISABLE TRIGGER "AuditLog_no_update"'],
      'is off for replicas': ['ALTER TABLE "AuditLog" ENABLE TRIGGER "AuditLog_no_update"'],
      'is on for replicas alone': [
        'ALTER TABLE "AuditLog" ENABLE REPLICA TRIGGER "AuditLog_no_update"',
      ],
      'has a condition': remade('EXECUTE', 'WHEN (false) EXECUTE'),
      'is for one column': remade('UPDATE ON', 'UPDATE OF "scope" ON'),
      'comes after': remade('BEFORE', 'AFTER'),
      'is for statements': remade('ROW', 'STATEMENT'),
      'calls another function': [
        'CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        ...remade('refuse_change_but_erasure', 'idle'),
      ],
      'calls a function of the name in another schema': [
        'CREATE SCHEMA other',
        'CREATE FUNCTION other.refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        ...remade('refuse_change_but_erasure', 'other.refuse_change_but_erasure'),
      ],
      'stands on another table': [
        'DROP TRIGGER "AuditLog_no_update" ON "AuditLog"',
        ...remade('ON "AuditLog"', 'ON "Team"').map((sql) =>
          sql.replace('TABLE "AuditLog"', 'TABLE "Team"'),
        ),
      ],
    },
  };

  test.each(Object.entries(IDLE[provider]))(
    'refuses a guard that stands but does nothing: it %s',
    async (_, statements) => {
      const fresh = await freshDatabase();
      for (const sql of statements) await fresh.query(sql);
      await expect(checkGuards(fresh.database)).rejects.toThrow('AuditLog_no_update');
      await fresh.close();
    },
  );

  const ALTERED = [
    ['prune_entries', 'ALTER FUNCTION prune_entries(integer, bigint[]) SECURITY INVOKER'],
    ['refuse_unpruned', 'ALTER FUNCTION refuse_unpruned() SECURITY DEFINER'],
    ['refuse_unpruned', 'ALTER FUNCTION refuse_unpruned() RESET search_path'],
    [
      'erase_salts',
      'ALTER FUNCTION erase_salts(integer, bytea[]) SET search_path = pg_temp, public',
    ],
    ['refuse_invented_leaf', 'ALTER FUNCTION refuse_invented_leaf() SET work_mem = 64'],
    ['erase_salts', 'ALTER FUNCTION erase_salts(integer, bytea[]) STABLE'],
    ['refuse_change_but_growth', 'ALTER FUNCTION refuse_change_but_growth() OWNER TO {stranger}'],
    ['prune_entries', 'ALTER FUNCTION prune_entries(integer, bigint[]) OWNER TO {stranger}'],
    [
      'prune_entries',
      'CREATE FUNCTION prune_entries(ledger integer, sequences integer[]) RETURNS bigint LANGUAGE sql RETURN 1',
    ],
    [
      'refuse_change_but_of_salt',
      'CREATE OR REPLACE FUNCTION refuse_change_but_of_salt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    ],
    [
      'refuse_change_but_growth',
      'CREATE OR REPLACE FUNCTION refuse_change_but_growth() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN RETURN NEW; END $$',
    ],
  ] as const;

  test.runIf(provider === 'postgresql').each(ALTERED)(
    'refuses when %s has other rights, path, owner or text than it was made with: %s',
    async (name, sql) => {
      const fresh = await freshDatabase();
      const stranger = 'a_stranger_to_the_log';
      await fresh.query(`DO $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${stranger}') THEN CREATE ROLE ${stranger} LOGIN; END IF;
      END $$`);
      await fresh.query(sql.replace('{stranger}', stranger));
      await expect(checkGuards(fresh.database)).rejects.toThrow(`the function ${name} `);
      await fresh.close();
    },
  );

  test('refuses a database that was never migrated', async () => {
    const fresh = await freshDatabase();
    for (const guard of guardsOf(provider)) await fresh.query(drop(guard));
    const again = await openDatabase(fresh.url);
    await expect(checkGuards(again)).rejects.toThrow('AuditLog_no_delete');
    await again.close();
    await fresh.close();
  });
});
