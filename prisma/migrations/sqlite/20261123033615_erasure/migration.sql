-- Erasure empties what is personal in entries, and nothing else; a log's head only moves on.

-- AlterTable
ALTER TABLE "AuditLog" ADD COLUMN     "erased" TEXT;

DROP TRIGGER "AuditLog_no_update";

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
  AND NEW."actorCommitment" IS NOT DISTINCT FROM OLD."actorCommitment"
  AND NEW."contentCommitment" IS NOT DISTINCT FROM OLD."contentCommitment"
  AND NEW."leafHash" IS NOT DISTINCT FROM OLD."leafHash"
  AND (NEW."email" IS NOT DISTINCT FROM OLD."email" AND NEW."actorName" IS NOT DISTINCT FROM OLD."actorName" AND NEW."ip" IS NOT DISTINCT FROM OLD."ip" AND NEW."userAgent" IS NOT DISTINCT FROM OLD."userAgent" AND NEW."requestId" IS NOT DISTINCT FROM OLD."requestId" AND NEW."actorSalt" IS NOT DISTINCT FROM OLD."actorSalt"
    OR NEW."email" IS NOT DISTINCT FROM NULL AND NEW."actorName" IS NOT DISTINCT FROM NULL AND NEW."ip" IS NOT DISTINCT FROM NULL AND NEW."userAgent" IS NOT DISTINCT FROM NULL AND NEW."requestId" IS NOT DISTINCT FROM NULL AND NEW."actorSalt" IS NOT DISTINCT FROM NULL)
  AND (NEW."details" IS NOT DISTINCT FROM OLD."details" AND NEW."changes" IS NOT DISTINCT FROM OLD."changes" AND NEW."metadata" IS NOT DISTINCT FROM OLD."metadata" AND NEW."contentSalt" IS NOT DISTINCT FROM OLD."contentSalt"
    OR NEW."details" IS NOT DISTINCT FROM NULL AND NEW."changes" IS NOT DISTINCT FROM '[]' AND NEW."metadata" IS NOT DISTINCT FROM '{}' AND NEW."contentSalt" IS NOT DISTINCT FROM NULL)
  AND (NEW."action" IS NOT DISTINCT FROM OLD."action"
    OR NEW."action" IS NOT DISTINCT FROM 'erased')
  AND (NEW."actorId" IS NOT DISTINCT FROM OLD."actorId"
    OR NEW."actorId" IS NOT DISTINCT FROM NULL)
  AND (NEW."resourceType" IS NOT DISTINCT FROM OLD."resourceType"
    OR NEW."resourceType" IS NOT DISTINCT FROM NULL)
  AND (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID"
    OR NEW."resourceUID" IS NOT DISTINCT FROM NULL)
  AND NEW."erased" <> ''
  AND NEW."erased" IS NOT DISTINCT FROM ltrim(CASE WHEN NEW."actorSalt" IS NULL THEN ' ACTOR' ELSE '' END
    || CASE WHEN NEW."contentSalt" IS NULL THEN ' CONTENT' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% ACTION %', false) OR NOT (NEW."action" IS NOT DISTINCT FROM OLD."action") THEN ' ACTION' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% ACTOR_ID %', false) OR NOT (NEW."actorId" IS NOT DISTINCT FROM OLD."actorId") THEN ' ACTOR_ID' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_TYPE %', false) OR NOT (NEW."resourceType" IS NOT DISTINCT FROM OLD."resourceType") THEN ' RESOURCE_TYPE' ELSE '' END
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_UID %', false) OR NOT (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID") THEN ' RESOURCE_UID' ELSE '' END)) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: UPDATE is refused');
END;

DROP TRIGGER "RecordedKey_no_update";

CREATE TRIGGER "RecordedKey_no_update" BEFORE UPDATE ON "RecordedKey"
WHEN (NEW."ledgerId" IS NOT DISTINCT FROM OLD."ledgerId"
  AND NEW."keyHash" IS NOT DISTINCT FROM OLD."keyHash"
  AND NEW."sequence" IS NOT DISTINCT FROM OLD."sequence"
  AND NEW."bodyHash" IS NOT DISTINCT FROM OLD."bodyHash"
  AND length(NEW."bodySalt") = 0) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'RecordedKey is append-only: UPDATE is refused');
END;

CREATE TRIGGER "Ledger_no_update" BEFORE UPDATE ON "Ledger"
WHEN (NEW."id" IS NOT DISTINCT FROM OLD."id"
  AND NEW."organizationId" IS NOT DISTINCT FROM OLD."organizationId"
  AND NEW."firstKeptSequence" >= OLD."firstKeptSequence"
  AND NEW."lastRecordedAtMs" >= OLD."lastRecordedAtMs"
  AND (NEW."size" > OLD."size"
    OR NEW."size" = OLD."size" AND NEW."root" IS NOT DISTINCT FROM OLD."root" AND NEW."frontier" IS NOT DISTINCT FROM OLD."frontier")) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'Ledger is append-only: UPDATE is refused');
END;
