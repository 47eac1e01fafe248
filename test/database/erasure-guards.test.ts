import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Transaction } from '../../src/database/database.ts';
import { erasureOnSqlite } from '../../src/database/erase.ts';
import { ERASURE_FUNCTIONS } from '../../src/database/erasure-functions.ts';
import { checkGuards } from '../../src/database/guards.ts';
import { type SealedRow, type StoredSeal, sealOf } from '../../src/ledger/entry-seal.ts';
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
  details: 'Done',
  changes: '[1]',
  metadata: '{"a":1}',
  leafHash: bytes(3),
};

/** An entry as recording stores it, and as it did before there was one salt of both parts. */
const NOW = { ...entry, salt: bytes(8, 16) };
const BEFORE = {
  ...entry,
  ...{ actorSalt: bytes(8, 16), contentSalt: bytes(9, 16) },
  ...{ actorCommitment: bytes(1), contentCommitment: bytes(2) },
};

/** All columns of a seal, those left out as null. */
const rowOf = (row: Partial<StoredSeal> & typeof entry): SealedRow => ({
  ...{ salt: null, actorSalt: null, contentSalt: null },
  ...{ actorCommitment: null, contentCommitment: null },
  ...row,
});

const storeOneOfEach =
  (row: typeof NOW | typeof BEFORE | typeof WITH_ALL) => async (transaction: Transaction) => {
    await transaction.auditLog.create({ data: row });
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

const hexes = (fill: string, length: number) =>
  provider === 'sqlite' ? `x'${fill.repeat(length)}'` : `'\\x${fill.repeat(length)}'`;
const noBytes = hexes('', 0);
const otherBytes = hexes('00', 1);
/** Of nothing that is stored. */
const salt = hexes('a1', 16);
const hash = hexes('b2', 32);

const literal = (value: Uint8Array | null) => hexes(Buffer.from(value ?? []).toString('hex'), 1);
const sealed = sealOf(rowOf(NOW));
const [actorSalt, contentSalt] = [literal(sealed.actorSalt), literal(sealed.contentSalt)];
const [actorHash, contentHash] = [sealed.actorCommitment, sealed.contentCommitment].map(literal);

const NO_ACTOR =
  '"email" = NULL, "actorName" = NULL, "ip" = NULL, "userAgent" = NULL, "requestId" = NULL';
const NO_CONTENT = `"details" = NULL, "changes" = '[]', "metadata" = '{}'`;
const NO_ACTION = `"action" = 'erased'`;
const update = (assignments: string) => `UPDATE "AuditLog" SET ${assignments}`;

/** How either part is emptied of an entry that is whole. */
const EMPTIES = {
  now: {
    actor: `${NO_ACTOR}, "salt" = NULL, "actorCommitment" = ${actorHash}, "contentSalt" = ${contentSalt}`,
    content: `${NO_CONTENT}, "salt" = NULL, "contentCommitment" = ${contentHash}, "actorSalt" = ${actorSalt}`,
  },
  before: {
    actor: `${NO_ACTOR}, "actorSalt" = NULL`,
    content: `${NO_CONTENT}, "contentSalt" = NULL`,
  },
};

/** What looks like erasure and is not, of any entry. */
const refused = ({ actor, content }: (typeof EMPTIES)['now']) => [
  // Half of a part; a salt alone would leave values that no commitment can speak for.
  update(`"email" = NULL, "erased" = 'ACTOR'`),
  update(`${actor.replace(NO_ACTOR, '"email" = NULL')}, "erased" = 'ACTOR'`),
  update(`${actor.replace(`${NO_ACTOR}, `, '')}, "erased" = 'ACTOR'`),
  update(`${content.replace(`${NO_CONTENT}, `, '')}, "erased" = 'CONTENT'`),
  update(`${actor.replace('"ip" = NULL', `"ip" = '192.0.2.2'`)}, "erased" = 'ACTOR'`),
  // The values alone: guesses of them could be tested by the salt.
  update(`${NO_ACTOR}, "erased" = 'ACTOR'`),
  update(`${NO_CONTENT}, "erased" = 'CONTENT'`),
  update(`${NO_ACTOR}, ${NO_ACTION}, "erased" = 'ACTION'`),
  update(`${NO_CONTENT}, ${NO_ACTION}, "erased" = 'ACTION'`),
  // The whole part, but not said, or said of more or in other words.
  update(actor),
  update(`${actor}, "erased" = 'CONTENT'`),
  update(`${actor}, "erased" = 'ACTOR CONTENT'`),
  update(`${actor}, "erased" = 'ACTOR and a rumour'`),
  update(`"erased" = 'ACTOR'`),
  update(`"erased" = ''`),
  update('"action" = "action"'),
  // Emptied, and filled anew.
  update(`${content.replace("'{}'", `'{"a":2}'`)}, "erased" = 'CONTENT'`),
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
    `"id" = ${otherBytes}`,
    `"leafHash" = ${hash}`,
    `"contentCommitment" = ${hash}`,
  ].map((other) => update(`${actor}, "erased" = 'ACTOR', ${other}`)),
  update(`${actor.replace('"salt" = NULL, ', '')}, "salt" = ${salt}, "erased" = 'ACTOR'`),
  // A salt or a commitment where nothing of its part goes.
  ...['"salt"', '"actorSalt"', '"contentSalt"'].map((column) =>
    update(`${column} = ${salt}, ${NO_ACTION}, "erased" = 'ACTION'`),
  ),
  ...['"actorCommitment"', '"contentCommitment"'].map((column) =>
    update(`${column} = ${hash}, ${NO_ACTION}, "erased" = 'ACTION'`),
  ),
];

const REFUSED_NOW = [
  ...refused(EMPTIES.now),
  // The salt for nothing, or with one part where the other's is not kept, or too short.
  update(`"salt" = NULL, "erased" = 'ACTOR CONTENT'`),
  update(
    `"salt" = NULL, "actorSalt" = ${actorSalt}, "contentSalt" = ${contentSalt}, ${NO_ACTION}, "erased" = 'ACTION'`,
  ),
  ...['ACTOR', 'ACTOR CONTENT'].map((erased) =>
    update(`${NO_ACTOR}, "salt" = NULL, "actorCommitment" = ${actorHash}, "erased" = '${erased}'`),
  ),
  ...['CONTENT', 'ACTOR CONTENT'].map((erased) =>
    update(
      `${NO_CONTENT}, "salt" = NULL, "contentCommitment" = ${contentHash}, "erased" = '${erased}'`,
    ),
  ),
  update(`${EMPTIES.now.actor.replace(contentSalt, hexes('a1', 15))}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.now.content.replace(actorSalt, hexes('a1', 17))}, "erased" = 'CONTENT'`),
  // A part that goes and keeps a salt, or leaves no commitment, or half of one.
  update(`${EMPTIES.now.actor}, "actorSalt" = ${actorSalt}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.now.content}, "contentSalt" = ${contentSalt}, "erased" = 'CONTENT'`),
  ...[noBytes, 'NULL', hexes('b2', 31)].flatMap((half) => [
    update(`${EMPTIES.now.actor.replace(actorHash ?? '', half)}, "erased" = 'ACTOR'`),
    update(`${EMPTIES.now.content.replace(contentHash ?? '', half)}, "erased" = 'CONTENT'`),
  ]),
];

const REFUSED_BEFORE = [
  ...refused(EMPTIES.before),
  ...['"actorCommitment"', '"contentCommitment"'].flatMap((column) =>
    [hash, 'NULL'].map((value) =>
      update(`${EMPTIES.before.actor}, ${column} = ${value}, "erased" = 'ACTOR'`),
    ),
  ),
  update(`${EMPTIES.before.actor}, "contentSalt" = ${salt}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.before.content}, "actorSalt" = ${salt}, "erased" = 'CONTENT'`),
  update(`${EMPTIES.before.actor}, "contentSalt" = NULL, "erased" = 'ACTOR CONTENT'`),
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

/** What an entry is not: Postgres works out itself what may take the place of what goes. */
const NOT_ITS_OWN = [
  update(`${EMPTIES.now.actor.replace(actorHash ?? '', hash)}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.now.actor.replace(actorHash ?? '', contentHash ?? '')}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.now.actor.replace(contentSalt, salt)}, "erased" = 'ACTOR'`),
  update(`${EMPTIES.now.content.replace(contentHash ?? '', hash)}, "erased" = 'CONTENT'`),
  update(`${EMPTIES.now.content.replace(actorSalt, contentSalt)}, "erased" = 'CONTENT'`),
];

const stateOf = async ({ query }: FreshDatabase) =>
  JSON.stringify(
    await Promise.all(
      ['AuditLog', 'RecordedKey', 'Ledger'].map((t) => query(`SELECT * FROM "${t}"`)),
    ),
    (_key, value) => (typeof value === 'bigint' ? String(value) : value),
  );

/** What either kind of entry refuses once one part of it is gone. */
const refusedWithout = (gone: 'actor' | 'content') => {
  const word = gone.toUpperCase();
  const value = { actor: `"email" = 'ada@example.com'`, content: `"details" = 'Done'` }[gone];
  const stays = gone === 'actor' ? 'content' : 'actor';
  return [
    ...['"actorCommitment"', '"contentCommitment"'].flatMap((column) => [
      `${column} = ${otherBytes}`,
      `${column} = ${hexes('c3', 32)}`,
    ]),
    `"${gone}Commitment" = NULL`,
    ...['salt', 'actorSalt', 'contentSalt'].map((column) => `"${column}" = ${hexes('d4', 16)}`),
    `"${stays}Salt" = NULL`,
    value,
  ].flatMap((other) => [
    update(`${other}, "erased" = '${word}'`),
    update(`${other}, ${NO_ACTION}, "erased" = '${word} ACTION'`),
    // As if nothing were gone any more.
    update(`${other}, ${NO_ACTION}, "erased" = 'ACTION'`),
  ]);
};

/** As nothing stores it: erasure is not kept from it. */
const WITH_ALL = { ...NOW, actorSalt: bytes(8, 16), contentSalt: bytes(9, 8) };

const STATES = [
  [
    'an entry as it is recorded',
    NOW,
    [],
    [...REFUSED_NOW, ...(provider === 'postgresql' ? NOT_ITS_OWN : [])],
  ],
  ['an entry from before', BEFORE, [], REFUSED_BEFORE],
  [
    'an entry with every salt',
    WITH_ALL,
    [],
    [
      update(`${EMPTIES.now.actor}, "actorSalt" = NULL, "erased" = 'ACTOR'`),
      update(`${EMPTIES.now.content}, "contentSalt" = NULL, "erased" = 'CONTENT'`),
    ],
  ],
  ...(['actor', 'content'] as const).flatMap((gone) =>
    (
      [
        [`an entry without its ${gone}`, NOW, EMPTIES.now[gone]],
        [`an entry from before without its ${gone}`, BEFORE, EMPTIES.before[gone]],
      ] as const
    ).map(([what, row, emptied]) => {
      const done = update(`${emptied}, "erased" = '${gone.toUpperCase()}'`);
      return [what, row, [done], refusedWithout(gone)] as const;
    }),
  ),
] as const;

describe.each(STATES)('of %s what is not erasure', (_what, row, done, refusals) => {
  let fresh: FreshDatabase;
  let before: string;
  beforeAll(async () => {
    fresh = await freshDatabase();
    await fresh.database.write(storeOneOfEach(row));
    for (const sql of done) await fresh.query(sql);
    before = await stateOf(fresh);
  });
  afterAll(() => fresh.close());

  test.each(refusals)('is refused, also to the owner: %s', async (sql) => {
    await expect(fresh.query(sql)).rejects.toThrow('is append-only');
    expect(await stateOf(fresh)).toBe(before);
  });
});

describe('erasure', () => {
  const kept = { details: 'Done', changes: '[1]', metadata: '{"a":1}', actorId: 'ada' };
  const noActor = { email: null, actorName: null, ip: null, userAgent: null, requestId: null };
  const noContent = { details: null, changes: '[]', metadata: '{}' };
  const { actorCommitment, contentCommitment } = sealed;

  /** What the columns of the seal hold after the actor, and after the content, is gone. */
  const SEALS = {
    now: {
      row: NOW,
      parts: EMPTIES.now,
      withoutActor: [null, null, sealed.contentSalt, actorCommitment, null],
      rest: `${NO_CONTENT}, "contentSalt" = NULL, "contentCommitment" = ${contentHash}`,
      without: [null, null, null, actorCommitment, contentCommitment],
    },
    before: {
      row: BEFORE,
      parts: EMPTIES.before,
      withoutActor: [null, null, bytes(9, 16), bytes(1), bytes(2)],
      rest: EMPTIES.before.content,
      without: [null, null, null, bytes(1), bytes(2)],
    },
  };

  test.each(Object.values(SEALS))(
    'empties part after part, says what it emptied, and leaves what can no longer be worked out',
    async ({ row: stored, parts, withoutActor, rest, without }) => {
      const fresh = await freshDatabase();
      await fresh.database.write(storeOneOfEach(stored));
      const erased = async (assignments: string) => {
        await fresh.query(update(assignments));
        const [row] = await fresh.query<Record<string, unknown>>('SELECT * FROM "AuditLog"');
        return row;
      };
      const sealIn = (row: Record<string, unknown> = {}) =>
        ['salt', 'actorSalt', 'contentSalt', 'actorCommitment', 'contentCommitment'].map(
          (column) => row[column] && Buffer.from(row[column] as Uint8Array),
        );
      const one = await erased(`${parts.actor}, "erased" = 'ACTOR'`);
      expect(one).toMatchObject({ ...noActor, ...kept, erased: 'ACTOR' });
      expect(sealIn(one)).toEqual(withoutActor.map((value) => value && Buffer.from(value)));
      const both = await erased(`${rest}, "erased" = 'ACTOR CONTENT'`);
      expect(both).toMatchObject({ ...noActor, ...noContent });
      const left = without.map((value) => value && Buffer.from(value));
      expect(sealIn(both)).toEqual(left);
      const cleared = await erased(
        `${NO_ACTION}, "resourceUID" = NULL, "erased" = 'ACTOR CONTENT ACTION RESOURCE_UID'`,
      );
      expect(cleared).toMatchObject({ action: 'erased', resourceUID: null, resourceType: 'thing' });
      const last = await erased(
        `"actorId" = NULL, "resourceType" = NULL, "erased" = 'ACTOR CONTENT ACTION ACTOR_ID RESOURCE_TYPE RESOURCE_UID'`,
      );
      expect(last).toMatchObject({ actorId: null, resourceType: null });
      expect(new Uint8Array(last?.['leafHash'] as Uint8Array)).toEqual(entry.leafHash);
      expect(sealIn(last)).toEqual(left);
      await expect(
        fresh.query(update(`"erased" = 'ACTOR'`)),
        'and never takes a word back',
      ).rejects.toThrow('is append-only');
      await fresh.query(`UPDATE "RecordedKey" SET "bodySalt" = ${noBytes}`);
      await fresh.query('UPDATE "Ledger" SET "size" = 6, "firstKeptSequence" = 4');
      await fresh.close();
    },
  );

  test('takes the content before the actor too, both at once, and what stands in clear alone', async () => {
    const { actor, content } = EMPTIES.now;
    const ways = [
      [
        `${content}, "erased" = 'CONTENT'`,
        `${NO_ACTOR}, "actorSalt" = NULL, "actorCommitment" = ${actorHash}, "erased" = 'ACTOR CONTENT'`,
      ],
      [
        `${NO_ACTOR}, ${NO_CONTENT}, "salt" = NULL, "actorCommitment" = ${actorHash}, "contentCommitment" = ${contentHash}, "erased" = 'ACTOR CONTENT'`,
      ],
      [`${NO_ACTION}, "erased" = 'ACTION'`, `${actor}, "erased" = 'ACTOR ACTION'`],
    ];
    const oddHash = literal(sealOf(rowOf(WITH_ALL)).actorCommitment);
    const odd = `${NO_ACTOR}, "salt" = NULL, "actorSalt" = NULL, "actorCommitment" = ${oddHash}, "erased" = 'ACTOR'`;
    for (const way of [...ways, [odd]]) {
      const fresh = await freshDatabase();
      await fresh.database.write(storeOneOfEach(way.includes(odd) ? WITH_ALL : NOW));
      for (const assignments of way) await fresh.query(update(assignments));
      await fresh.close();
    }
  });
});

test.runIf(provider === 'sqlite')(
  'SQLite looks up by its place what is to be erased, however long the log is',
  async () => {
    const fresh = await freshDatabase();
    for (const parts of [['ACTOR'], ['ACTION'], ['ACTOR', 'CONTENT', 'RESOURCE_UID']] as const) {
      const sql = `EXPLAIN QUERY PLAN ${erasureOnSqlite(parts).replace('?', '$1')}`;
      const steps = await fresh.query<{ detail: string }>(sql, ['[]']);
      expect(steps.map(({ detail }) => detail.replace(/ USING.*\(/, ' ('))).toContain(
        'SEARCH AuditLog (ledgerId=? AND sequence=?)',
      );
    }
    await fresh.close();
  },
);

describe.runIf(provider === 'postgresql')('the check at start', () => {
  const replaced = (name: string, takes: string, returns: string) =>
    `CREATE OR REPLACE FUNCTION ${name}(${takes}) RETURNS ${returns} LANGUAGE plpgsql AS 'BEGIN RETURN ${returns === 'trigger' ? 'NEW' : '0'}; END'`;

  test.each([
    ['a function that lets all pass', replaced('refuse_change', '', 'trigger'), 'refuse_change'],
    [
      'another way to erase',
      replaced(
        'erase_entries',
        ERASURE_FUNCTIONS.find(([name]) => name === 'erase_entries')?.[1] ?? '',
        'bigint',
      ),
      'erase_entries',
    ],
    [
      'the way to erase as it was before, beside the one that is',
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
