/** One way to rewrite a log as the role of the server, and why it is refused. */
export interface Attempt {
  readonly what: string;
  readonly sql: string;
  readonly refusal: RegExp;
}

const GUARD = /is append-only/;

/** What a log is rewritten by, in SQL that both databases read. */
const BOTH: readonly Attempt[] = [
  ['changes what happened', `UPDATE "AuditLog" SET "action" = 'rewritten'`],
  ['changes who did it', `UPDATE "AuditLog" SET "email" = 'mallory@example.com'`],
  ['changes when it happened', 'UPDATE "AuditLog" SET "createdAtMs" = 1'],
  ['changes what was said of it', `UPDATE "AuditLog" SET "details" = 'rewritten'`],
  ['changes what is known of it', `UPDATE "AuditLog" SET "metadata" = '{"rewritten":true}'`],
  ['moves an entry', 'UPDATE "AuditLog" SET "sequence" = "sequence" + 1000'],
  ['moves entries to another log', 'UPDATE "AuditLog" SET "ledgerId" = "ledgerId" + 1000'],
  ['changes a leaf', 'UPDATE "AuditLog" SET "leafHash" = "salt"'],
  [
    'gives a commitment that the leaf is not of',
    'UPDATE "AuditLog" SET "contentCommitment" = "leafHash"',
  ],
  ['changes a salt', 'UPDATE "AuditLog" SET "salt" = substr("leafHash", 1, 16)'],
  [
    'gives a salt beside the one that is there',
    'UPDATE "AuditLog" SET "actorSalt" = substr("leafHash", 1, 16)',
  ],
  ['fills what was erased', `UPDATE "AuditLog" SET "details" = 'x', "erased" = NULL`],
  ['removes one entry', 'DELETE FROM "AuditLog" WHERE "sequence" = 2'],
  ['removes every entry', 'DELETE FROM "AuditLog"'],
  [
    'writes over an entry by an upsert',
    `INSERT INTO "AuditLog" SELECT * FROM "AuditLog" WHERE "sequence" = 1
     ON CONFLICT ("ledgerId", "sequence") DO UPDATE SET "action" = 'rewritten'`,
  ],
  ['forgets a key', 'DELETE FROM "RecordedKey"'],
  ['moves a key to another entry', 'UPDATE "RecordedKey" SET "sequence" = 1'],
  ['changes what a key stood for', 'UPDATE "RecordedKey" SET "bodyHash" = "keyHash"'],
  ['takes a head back', 'UPDATE "Ledger" SET "size" = "size" - 1'],
  ['changes a root', 'UPDATE "Ledger" SET "root" = "frontier"'],
  ['removes a head', 'DELETE FROM "Ledger"'],
  [
    'invents the leaf of a pruned entry',
    'INSERT INTO "PrunedLeaf" ("ledgerId", "sequence", "leafHash") SELECT "ledgerId", "sequence", "salt" FROM "AuditLog"',
  ],
  ['changes a pruned leaf', 'UPDATE "PrunedLeaf" SET "leafHash" = "leafHash"'],
  ['changes a checkpoint', `UPDATE "AuditCheckpoint" SET "note" = 'rewritten'`],
  ['removes checkpoints', 'DELETE FROM "AuditCheckpoint"'],
].map(([what = '', sql = '']) => ({ what, sql, refusal: GUARD }));

/** SQLite has no roles: what triggers can refuse is all that can be. */
export const ON_SQLITE: readonly Attempt[] = [
  ...BOTH,
  {
    what: 'writes over an entry by INSERT OR REPLACE',
    sql: 'INSERT OR REPLACE INTO "AuditLog" SELECT * FROM "AuditLog"',
    refusal: GUARD,
  },
  {
    what: 'writes over an entry that stores its id by REPLACE under another place',
    sql: `REPLACE INTO "AuditLog" SELECT "ledgerId" + 1, "sequence", "id", "scope", "action", "outcome",
      "origin", "resourceType", "resourceUID", "actorType", "actorId", "correlationId", "createdAtMs",
      "recordedAtMs", "salt", "email", "actorName", "ip", "userAgent", "requestId", "actorSalt", "details",
      "changes", "metadata", "contentSalt", "erased", "actorCommitment", "contentCommitment", "leafHash"
      FROM "AuditLog"`,
    refusal: GUARD,
  },
];

const MAY_NOT = /permission denied|must be owner|must be superuser|must be able to SET ROLE/;

/** On Postgres the role itself may not, before any trigger has its say. */
export const ON_POSTGRESQL: readonly Attempt[] = [
  ...BOTH.filter(({ sql }) => !sql.startsWith('UPDATE "Ledger"')).map((attempt) => ({
    ...attempt,
    refusal: MAY_NOT,
  })),
  ...BOTH.filter(({ sql }) => sql.startsWith('UPDATE "Ledger"')),
  ...[
    ['empties the log', 'TRUNCATE "AuditLog"'],
    ['empties the heads', 'TRUNCATE "Ledger" CASCADE'],
    [
      'changes an entry within a query',
      `WITH changed AS (UPDATE "AuditLog" SET "scope" = 'COST' RETURNING 1) SELECT * FROM changed`,
    ],
    [
      'merges over an entry',
      'MERGE INTO "AuditLog" a USING "Ledger" l ON true WHEN MATCHED THEN DELETE',
    ],
    ['locks an entry to itself', 'SELECT * FROM "AuditLog" FOR UPDATE'],
    ['drops a trigger', 'DROP TRIGGER "AuditLog_no_update" ON "AuditLog"'],
    ['disarms a trigger', 'ALTER TABLE "AuditLog" DISABLE TRIGGER "AuditLog_no_update"'],
    ['disarms all triggers', 'ALTER TABLE "AuditLog" DISABLE TRIGGER ALL'],
    ['plays a replica', 'SET session_replication_role = replica'],
    ['renames the table', 'ALTER TABLE "AuditLog" RENAME TO "Old"'],
    ['drops the table', 'DROP TABLE "AuditLog"'],
    ['drops a column', 'ALTER TABLE "AuditLog" DROP COLUMN "email"'],
    ['puts a rule in the way', 'CREATE RULE hidden AS ON INSERT TO "AuditLog" DO INSTEAD NOTHING'],
    [
      'puts a function in the place of the guard’s',
      `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    ],
    ['changes rows by a view', 'CREATE VIEW public.v AS SELECT * FROM "AuditLog"'],
    [
      'gives itself the right',
      `GRANT UPDATE ON "AuditLog" TO CURRENT_USER; UPDATE "AuditLog" SET "action" = 'rewritten'`,
    ],
    ['becomes the owner', 'ALTER TABLE "AuditLog" OWNER TO CURRENT_USER'],
    ['edits the catalogue', `UPDATE pg_trigger SET tgenabled = 'D'`],
  ].map(([what = '', sql = '']) => ({ what, sql, refusal: MAY_NOT })),
  {
    what: 'prunes what no run of retention is to remove',
    sql: 'SELECT prune_entries((SELECT min("id") FROM "Ledger"), ARRAY[2,3]::bigint[])',
    refusal: GUARD,
  },
  {
    what: 'erases nothing, to see what else a call may do',
    sql: `SELECT erase_entries((SELECT min("id") FROM "Ledger"), ARRAY[1]::bigint[], ARRAY[]::text[], NULL, NULL, NULL, NULL)`,
    refusal: GUARD,
  },
  {
    what: 'has the functions of erasure look at a table of its own',
    sql: `CREATE TEMP TABLE "AuditLog" ("ledgerId" int); SELECT erase_entries((SELECT min("id") FROM "Ledger"), ARRAY[1]::bigint[], ARRAY['SEQUENCE'], NULL, NULL, NULL, NULL)`,
    refusal: /is append-only|permission denied/,
  },
];
