-- An entry's id tells its place, so that no column and no index holds it; entries from before keep theirs. No changes are null.

-- DropIndex
DROP INDEX "AuditLog_id_key";

-- AlterTable
ALTER TABLE "AuditLog" ALTER COLUMN "id" DROP NOT NULL,
ALTER COLUMN "changes" DROP NOT NULL;


CREATE UNIQUE INDEX "AuditLog_by_stored_id" ON "AuditLog"("id") WHERE "id" IS NOT NULL;
CREATE INDEX "Ledger_by_tail" ON "Ledger"(substr("organizationId", 25));

-- Nothing is ever added in the middle of it.
ALTER INDEX "AuditLog_pkey" SET (fillfactor = 100);

CREATE OR REPLACE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."ledgerId" IS NOT DISTINCT FROM OLD."ledgerId"
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
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_UID %', false) OR NOT (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID") THEN ' RESOURCE_UID' ELSE '' END)
  AND (NEW."actorSalt" IS NULL OR NEW."actorSalt" = coalesce(OLD."actorSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 1 FOR 16)))
  AND (NEW."actorCommitment" IS NOT DISTINCT FROM OLD."actorCommitment"
    OR NEW."actorCommitment" = CASE WHEN length(coalesce(OLD."actorSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 1 FOR 16))) = 16
      THEN sha256(coalesce(OLD."actorSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 1 FOR 16)) || convert_to('{"email":' || coalesce(to_json(OLD."email")::text, 'null') || ',"ip":' || coalesce(to_json(OLD."ip")::text, 'null') || ',"name":' || coalesce(to_json(OLD."actorName")::text, 'null')
      || ',"requestId":' || coalesce(to_json(OLD."requestId")::text, 'null') || ',"userAgent":' || coalesce(to_json(OLD."userAgent")::text, 'null') || '}', 'UTF8')) ELSE decode(repeat('00', 32), 'hex') END)
  AND (NEW."contentSalt" IS NULL OR NEW."contentSalt" = coalesce(OLD."contentSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 17 FOR 16)))
  AND (NEW."contentCommitment" IS NOT DISTINCT FROM OLD."contentCommitment"
    OR NEW."contentCommitment" = CASE WHEN length(coalesce(OLD."contentSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 17 FOR 16))) = 16
      THEN sha256(coalesce(OLD."contentSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 17 FOR 16)) || convert_to('{"changes":' || coalesce(OLD."changes", '[]') || ',"details":' || coalesce(to_json(OLD."details")::text, 'null') || ',"metadata":' || OLD."metadata" || '}', 'UTF8')) ELSE decode(repeat('00', 32), 'hex') END)) IS NOT TRUE THEN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NEW;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_change_but_erasure() SET search_path = %I, pg_temp', current_schema());
END
$$;
