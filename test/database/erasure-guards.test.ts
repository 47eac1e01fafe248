import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Transaction } from '../../src/database/database.ts';
import { checkGuards } from '../../src/database/guards.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const provider = inject('provider');
const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

const entry = {
  ledgerId: 1,
  sequence: 1n,
  id: bytes(1, 16),
  scope: 'PLATFORM',
  action: 'test.done',
  outcome: 'SUCCESS',
  origin: 'PRODUCER',
  resourceType: 'thing',
  resourceUID: 'ada@example.com',
  actorType: 'USER',
  actorId: 'ada',
  createdAtMs: 1_700_000_000_000n,
  recordedAtMs: 1_700_000_000_000n,
  email: 'ada@example.com',
  actorName: 'Ada',
  ip: '192.0.2.1',
  userAgent: 'test',
  requestId: 'request',
  actorSalt: bytes(8, 16),
  details: 'Done',
  changes: '[1]',
  metadata: '{"a":1}',
  contentSalt: bytes(9, 16),
  actorCommitment: bytes(1),
  contentCommitment: bytes(2),
  leafHash: bytes(3),
};

const storeOneOfEach = async (transaction: Transaction) => {
  await transaction.auditLog.create({ data: entry });
  await transaction.recordedKey.create({
    data: {
      ledgerId: 1,
      keyHash: bytes(4),
      sequence: 1n,
      bodySalt: bytes(5, 16),
      bodyHash: bytes(6),
    },
  });
  await transaction.ledger.create({
    data: {
      organizationId: 'org_1',
      size: 5n,
      frontier: bytes(7),
      root: bytes(7),
      firstKeptSequence: 3n,
      lastRecordedAtMs: 1_700_000_000_000n,
    },
  });
};

const EMPTY_ACTOR =
  '"email" = NULL, "actorName" = NULL, "ip" = NULL, "userAgent" = NULL, "requestId" = NULL, "actorSalt" = NULL';
const EMPTY_CONTENT = `"details" = NULL, "changes" = '[]', "metadata" = '{}', "contentSalt" = NULL`;
const noBytes = provider === 'sqlite' ? "x''" : "''";
const otherBytes = provider === 'sqlite' ? "x'00'" : "'\\x00'";

const update = (assignments: string) => `UPDATE "AuditLog" SET ${assignments}`;

/** What looks like erasure and is not. */
const REFUSED = [
  // Half of a part; a salt alone would leave values that no commitment can speak for.
  update(`"email" = NULL, "erased" = 'ACTOR'`),
  update(`"actorSalt" = NULL, "erased" = 'ACTOR'`),
  update(`"contentSalt" = NULL, "erased" = 'CONTENT'`),
  update(`${EMPTY_ACTOR.replace('"ip" = NULL', `"ip" = '192.0.2.2'`)}, "erased" = 'ACTOR'`),
  // The whole part, but not said, or said of more or in other words.
  update(EMPTY_ACTOR),
  update(`${EMPTY_ACTOR}, "erased" = 'CONTENT'`),
  update(`${EMPTY_ACTOR}, "erased" = 'ACTOR CONTENT'`),
  update(`${EMPTY_ACTOR}, "erased" = 'ACTOR and a rumour'`),
  update(`"erased" = 'ACTOR'`),
  update(`"erased" = ''`),
  update('"action" = "action"'),
  // Emptied, and filled anew.
  update(`${EMPTY_CONTENT.replace("'{}'", `'{"a":2}'`)}, "erased" = 'CONTENT'`),
  update(`"resourceUID" = 'bob@example.com', "erased" = 'RESOURCE_UID'`),
  update(`"action" = 'other.done', "erased" = 'ACTION'`),
  update(`"resourceUID" = NULL`),
  // Something else in the same breath.
  ...[
    `"outcome" = 'FAILURE'`,
    `"scope" = 'COST'`,
    `"origin" = 'SERVER'`,
    `"actorType" = 'SYSTEM'`,
    '"sequence" = 2',
    '"ledgerId" = 2',
    `"correlationId" = 'c'`,
    '"createdAtMs" = 1',
    '"recordedAtMs" = 1',
    ...['id', 'leafHash', 'actorCommitment', 'contentCommitment'].map(
      (column) => `"${column}" = ${otherBytes}`,
    ),
  ].map((other) => update(`${EMPTY_ACTOR}, "erased" = 'ACTOR', ${other}`)),
  // Keys and heads.
  `UPDATE "RecordedKey" SET "bodySalt" = ${otherBytes}`,
  `UPDATE "RecordedKey" SET "bodySalt" = ${noBytes}, "bodyHash" = ${otherBytes}`,
  `UPDATE "RecordedKey" SET "bodySalt" = ${noBytes}, "sequence" = 2`,
  'UPDATE "Ledger" SET "size" = 4',
  `UPDATE "Ledger" SET "root" = ${otherBytes}`,
  `UPDATE "Ledger" SET "frontier" = ${otherBytes}`,
  'UPDATE "Ledger" SET "firstKeptSequence" = 2',
  'UPDATE "Ledger" SET "lastRecordedAtMs" = 1',
  `UPDATE "Ledger" SET "size" = 6, "organizationId" = 'org_2'`,
  'UPDATE "Ledger" SET "size" = 6, "id" = 77',
];

const stateOf = async ({ query }: FreshDatabase) =>
  JSON.stringify(
    await Promise.all(
      ['AuditLog', 'RecordedKey', 'Ledger'].map((t) => query(`SELECT * FROM "${t}"`)),
    ),
    (_key, value) => (typeof value === 'bigint' ? String(value) : value),
  );

describe('what is not erasure', () => {
  let fresh: FreshDatabase;
  let before: string;
  beforeAll(async () => {
    fresh = await freshDatabase();
    await fresh.database.write(storeOneOfEach);
    before = await stateOf(fresh);
  });
  afterAll(() => fresh.close());

  test.each(REFUSED)('is refused, also to the owner: %s', async (sql) => {
    await expect(fresh.query(sql)).rejects.toThrow('is append-only');
    expect(await stateOf(fresh)).toBe(before);
  });
});

describe('erasure', () => {
  test('empties part after part, and says what it emptied', async () => {
    const fresh = await freshDatabase();
    await fresh.database.write(storeOneOfEach);
    const erased = async (assignments: string) => {
      await fresh.query(update(assignments));
      const [row] = await fresh.query<Record<string, unknown>>('SELECT * FROM "AuditLog"');
      return row;
    };
    expect(await erased(`${EMPTY_ACTOR}, "erased" = 'ACTOR'`)).toMatchObject({
      ...{ email: null, actorName: null, ip: null, userAgent: null, requestId: null },
      ...{ actorSalt: null, details: 'Done', erased: 'ACTOR', actorId: 'ada' },
    });
    expect(await erased(`${EMPTY_CONTENT}, "erased" = 'ACTOR CONTENT'`)).toMatchObject({
      ...{ details: null, changes: '[]', metadata: '{}', contentSalt: null },
    });
    expect(
      await erased(
        `"action" = 'erased', "resourceUID" = NULL, "erased" = 'ACTOR CONTENT ACTION RESOURCE_UID'`,
      ),
    ).toMatchObject({ action: 'erased', resourceUID: null, resourceType: 'thing', actorId: 'ada' });
    const last = await erased(
      `"actorId" = NULL, "resourceType" = NULL, "erased" = 'ACTOR CONTENT ACTION ACTOR_ID RESOURCE_TYPE RESOURCE_UID'`,
    );
    expect(last).toMatchObject({ actorId: null, resourceType: null });
    expect(new Uint8Array(last?.['leafHash'] as Uint8Array)).toEqual(entry.leafHash);
    await expect(
      fresh.query(update(`"erased" = 'ACTOR'`)),
      'and never takes a word back',
    ).rejects.toThrow('is append-only');
    await fresh.query(`UPDATE "RecordedKey" SET "bodySalt" = ${noBytes}`);
    await fresh.query('UPDATE "Ledger" SET "size" = 6, "firstKeptSequence" = 4');
    await fresh.close();
  });
});

describe.runIf(provider === 'postgresql')('the check at start', () => {
  const replaced = (name: string, takes: string, returns: string) =>
    `CREATE OR REPLACE FUNCTION ${name}(${takes}) RETURNS ${returns} LANGUAGE plpgsql AS 'BEGIN RETURN ${returns === 'trigger' ? 'NEW' : '0'}; END'`;

  test.each([
    ['a function that lets all pass', replaced('refuse_change', '', 'trigger'), 'refuse_change'],
    [
      'another way to erase',
      replaced('erase_entries', 'ledger integer, sequences bigint[], parts text[]', 'bigint'),
      'erase_entries',
    ],
    [
      'a trigger that fires for one column only',
      `DROP TRIGGER "AuditLog_no_update" ON "AuditLog";
       CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE OF "scope" ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();
       ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update"`,
      'AuditLog_no_update',
    ],
    [
      'a trigger that calls another function',
      `DROP TRIGGER "AuditLog_no_update" ON "AuditLog";
       CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_growth();
       ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update"`,
      'AuditLog_no_update',
    ],
  ])('finds %s', async (_what, sql, name) => {
    const fresh = await freshDatabase();
    await expect(checkGuards(fresh.database)).resolves.toBeUndefined();
    await fresh.query(sql);
    await expect(checkGuards(fresh.database)).rejects.toThrow(name);
    await fresh.close();
  });
});
