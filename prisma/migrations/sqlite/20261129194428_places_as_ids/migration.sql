-- An entry's id tells its place, so that no column and no index holds it; entries from before keep theirs. No changes are null.

-- Drop a guard that looks at it
DROP TRIGGER "PrunedLeaf_no_invention";

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_AuditLog" (
    "ledgerId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "id" BLOB,
    "scope" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "resourceType" TEXT,
    "resourceUID" TEXT,
    "actorType" TEXT NOT NULL,
    "actorId" TEXT,
    "correlationId" TEXT,
    "createdAtMs" BIGINT NOT NULL,
    "recordedAtMs" BIGINT NOT NULL,
    "salt" BLOB,
    "email" TEXT,
    "actorName" TEXT,
    "ip" TEXT,
    "userAgent" TEXT,
    "requestId" TEXT,
    "actorSalt" BLOB,
    "details" TEXT,
    "changes" TEXT,
    "metadata" TEXT NOT NULL,
    "contentSalt" BLOB,
    "erased" TEXT,
    "actorCommitment" BLOB,
    "contentCommitment" BLOB,
    "leafHash" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "sequence")
);
INSERT INTO "new_AuditLog" ("action", "actorCommitment", "actorId", "actorName", "actorSalt", "actorType", "changes", "contentCommitment", "contentSalt", "correlationId", "createdAtMs", "details", "email", "erased", "id", "ip", "leafHash", "ledgerId", "metadata", "origin", "outcome", "recordedAtMs", "requestId", "resourceType", "resourceUID", "salt", "scope", "sequence", "userAgent") SELECT "action", "actorCommitment", "actorId", "actorName", "actorSalt", "actorType", "changes", "contentCommitment", "contentSalt", "correlationId", "createdAtMs", "details", "email", "erased", "id", "ip", "leafHash", "ledgerId", "metadata", "origin", "outcome", "recordedAtMs", "requestId", "resourceType", "resourceUID", "salt", "scope", "sequence", "userAgent" FROM "AuditLog";
DROP TABLE "AuditLog";
ALTER TABLE "new_AuditLog" RENAME TO "AuditLog";
CREATE INDEX "AuditLog_ledgerId_createdAtMs_sequence_idx" ON "AuditLog"("ledgerId", "createdAtMs", "sequence");
CREATE INDEX "AuditLog_by_scope_action" ON "AuditLog"("ledgerId", "scope", "action", "createdAtMs", "sequence", "email");
CREATE INDEX "AuditLog_by_email" ON "AuditLog"("ledgerId", "email", "createdAtMs", "sequence");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- What the models cannot say goes with the table too.
CREATE INDEX "AuditLog_by_resource" ON "AuditLog"("ledgerId", substr("resourceUID", 1, 64), "createdAtMs", "sequence") WHERE "resourceUID" IS NOT NULL;
CREATE INDEX "AuditLog_by_outcome" ON "AuditLog"("ledgerId", "outcome", "createdAtMs", "sequence", "email", "action", "scope", "actorType") WHERE "outcome" <> 'SUCCESS';
CREATE INDEX "AuditLog_by_actor_type" ON "AuditLog"("ledgerId", "actorType", "createdAtMs", "sequence", "email", "action", "scope", "outcome") WHERE "actorType" <> 'USER';
CREATE INDEX "AuditLog_by_program_email" ON "AuditLog"("ledgerId", "email", "actorType", "createdAtMs", "sequence") WHERE "actorType" <> 'USER' AND "email" IS NOT NULL;
CREATE UNIQUE INDEX "AuditLog_by_stored_id" ON "AuditLog"("id") WHERE "id" IS NOT NULL;
CREATE INDEX "Ledger_by_tail" ON "Ledger"(substr("organizationId", 25));

-- Restore a guard
CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog"
WHEN (NEW."ledgerId" IS NOT DISTINCT FROM OLD."ledgerId"
  AND NEW."sequence" IS NOT DISTINCT FROM OLD."sequence"
  AND NEW."id" IS NOT DISTINCT FROM OLD."id"
  AND NEW."scope" IS NOT DISTINCT FROM OLD."scope"
  AND NEW."outcome" IS NOT DISTINCT FROM OLD."outcome"
  AND NEW."origin" IS NOT DISTINCT FROM OLD."origin"
  AND NEW."actorType" IS NOT DISTINCT FROM OLD."actorType"
  AND NEW."correlationId" IS NOT DISTINCT FROM OLD."correlationId"
  AND NEW."createdAtMs" IS NOT DISTINCT FROM OLD."createdAtMs"
  AND NEW."recordedAtMs" IS NOT DISTINCT FROM OLD."recordedAtMs"
  AND NEW."leafHash" IS NOT DISTINCT FROM OLD."leafHash"
  AND (NEW."email" IS NOT DISTINCT FROM OLD."email" AND NEW."actorName" IS NOT DISTINCT FROM OLD."actorName" AND NEW."ip" IS NOT DISTINCT FROM OLD."ip" AND NEW."userAgent" IS NOT DISTINCT FROM OLD."userAgent" AND NEW."requestId" IS NOT DISTINCT FROM OLD."requestId" AND (NEW."salt" IS NOT DISTINCT FROM OLD."salt" AND NEW."actorSalt" IS NOT DISTINCT FROM OLD."actorSalt"
    OR NEW."salt" IS NULL AND NEW."actorSalt" IS NOT NULL
      AND (NEW."actorSalt" IS NOT DISTINCT FROM OLD."actorSalt" OR OLD."salt" IS NOT NULL AND OLD."actorSalt" IS NULL AND length(NEW."actorSalt") = 16))
    OR NEW."email" IS NOT DISTINCT FROM NULL AND NEW."actorName" IS NOT DISTINCT FROM NULL AND NEW."ip" IS NOT DISTINCT FROM NULL AND NEW."userAgent" IS NOT DISTINCT FROM NULL AND NEW."requestId" IS NOT DISTINCT FROM NULL AND NEW."salt" IS NULL AND NEW."actorSalt" IS NULL)
  AND (NEW."details" IS NOT DISTINCT FROM OLD."details" AND NEW."changes" IS NOT DISTINCT FROM OLD."changes" AND NEW."metadata" IS NOT DISTINCT FROM OLD."metadata" AND (NEW."salt" IS NOT DISTINCT FROM OLD."salt" AND NEW."contentSalt" IS NOT DISTINCT FROM OLD."contentSalt"
    OR NEW."salt" IS NULL AND NEW."contentSalt" IS NOT NULL
      AND (NEW."contentSalt" IS NOT DISTINCT FROM OLD."contentSalt" OR OLD."salt" IS NOT NULL AND OLD."contentSalt" IS NULL AND length(NEW."contentSalt") = 16))
    OR NEW."details" IS NOT DISTINCT FROM NULL AND NEW."changes" IS NOT DISTINCT FROM '[]' AND NEW."metadata" IS NOT DISTINCT FROM '{}' AND NEW."salt" IS NULL AND NEW."contentSalt" IS NULL)
  AND (NEW."action" IS NOT DISTINCT FROM OLD."action"
    OR NEW."action" IS NOT DISTINCT FROM 'erased')
  AND (NEW."actorId" IS NOT DISTINCT FROM OLD."actorId"
    OR NEW."actorId" IS NOT DISTINCT FROM NULL)
  AND (NEW."resourceType" IS NOT DISTINCT FROM OLD."resourceType"
    OR NEW."resourceType" IS NOT DISTINCT FROM NULL)
  AND (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID"
    OR NEW."resourceUID" IS NOT DISTINCT FROM NULL)
  AND (NEW."actorCommitment" IS NOT DISTINCT FROM OLD."actorCommitment"
    OR OLD."actorCommitment" IS NULL AND NEW."salt" IS NULL AND NEW."actorSalt" IS NULL AND length(NEW."actorCommitment") = 32)
  AND (NEW."actorCommitment" IS NOT NULL OR NOT (NEW."salt" IS NULL AND NEW."actorSalt" IS NULL))
  AND (NEW."contentCommitment" IS NOT DISTINCT FROM OLD."contentCommitment"
    OR OLD."contentCommitment" IS NULL AND NEW."salt" IS NULL AND NEW."contentSalt" IS NULL AND length(NEW."contentCommitment") = 32)
  AND (NEW."contentCommitment" IS NOT NULL OR NOT (NEW."salt" IS NULL AND NEW."contentSalt" IS NULL))
  AND (NEW."salt" IS NOT DISTINCT FROM OLD."salt"
    OR NEW."actorSalt" IS NULL OR NEW."contentSalt" IS NULL)
  AND NEW."erased" <> ''
  AND NEW."erased" IS NOT DISTINCT FROM ltrim(CASE WHEN NEW."salt" IS NULL AND NEW."actorSalt" IS NULL THEN ' ACTOR' ELSE '' END
    || CASE WHEN NEW."salt" IS NULL AND NEW."contentSalt" IS NULL THEN ' CONTENT' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% ACTION %', false) OR NOT (NEW."action" IS NOT DISTINCT FROM OLD."action") THEN ' ACTION' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% ACTOR_ID %', false) OR NOT (NEW."actorId" IS NOT DISTINCT FROM OLD."actorId") THEN ' ACTOR_ID' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_TYPE %', false) OR NOT (NEW."resourceType" IS NOT DISTINCT FROM OLD."resourceType") THEN ' RESOURCE_TYPE' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_UID %', false) OR NOT (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID") THEN ' RESOURCE_UID' ELSE '' END)) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: UPDATE is refused');
END;

-- Restore a guard
CREATE TRIGGER "AuditLog_no_delete" BEFORE DELETE ON "AuditLog"
WHEN (EXISTS (
    SELECT 1 FROM "PrunedLeaf" p JOIN "RetentionRun" r ON r."openFor" = p."ledgerId"
    WHERE p."ledgerId" = OLD."ledgerId" AND p."sequence" = OLD."sequence" AND p."leafHash" = OLD."leafHash"
      AND OLD."recordedAtMs" < r."cutoffMs"
      AND r."heededHolds" = (
        SELECT coalesce(group_concat(h."id", ' ' ORDER BY h."id"), '') FROM "LegalHold" h WHERE h."ledgerId" = OLD."ledgerId"
      )
  )) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: DELETE is refused');
END;

-- Restore a guard
CREATE TRIGGER "AuditLog_no_replace" BEFORE INSERT ON "AuditLog"
WHEN EXISTS (SELECT 1 FROM "AuditLog" WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence")
  OR EXISTS (SELECT 1 FROM "AuditLog" WHERE "id" = NEW."id")
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: REPLACE is refused');
END;

-- Restore a guard
CREATE TRIGGER "PrunedLeaf_no_invention" BEFORE INSERT ON "PrunedLeaf"
WHEN (EXISTS (
    SELECT 1 FROM "AuditLog"
    WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence" AND "leafHash" = NEW."leafHash"
  )) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'PrunedLeaf is append-only: INSERT is refused');
END;
