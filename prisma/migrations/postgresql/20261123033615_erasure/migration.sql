-- Erasure empties what is personal in entries, and nothing else; a log's head only moves on.

-- AlterTable
ALTER TABLE "AuditLog" ADD COLUMN     "erased" TEXT COLLATE "C";

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
    || CASE WHEN coalesce(' ' || OLD."erased" || ' ' LIKE '% RESOURCE_UID %', false) OR NOT (NEW."resourceUID" IS NOT DISTINCT FROM OLD."resourceUID") THEN ' RESOURCE_UID' ELSE '' END)) IS NOT TRUE THEN
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

CREATE OR REPLACE FUNCTION refuse_change_but_of_salt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."ledgerId" IS NOT DISTINCT FROM OLD."ledgerId"
  AND NEW."keyHash" IS NOT DISTINCT FROM OLD."keyHash"
  AND NEW."sequence" IS NOT DISTINCT FROM OLD."sequence"
  AND NEW."bodyHash" IS NOT DISTINCT FROM OLD."bodyHash"
  AND length(NEW."bodySalt") = 0) IS NOT TRUE THEN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NEW;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_change_but_of_salt() SET search_path = %I, pg_temp', current_schema());
END
$$;

CREATE OR REPLACE FUNCTION refuse_change_but_growth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."id" IS NOT DISTINCT FROM OLD."id"
  AND NEW."organizationId" IS NOT DISTINCT FROM OLD."organizationId"
  AND NEW."firstKeptSequence" >= OLD."firstKeptSequence"
  AND NEW."lastRecordedAtMs" >= OLD."lastRecordedAtMs"
  AND (NEW."size" > OLD."size"
    OR NEW."size" = OLD."size" AND NEW."root" IS NOT DISTINCT FROM OLD."root" AND NEW."frontier" IS NOT DISTINCT FROM OLD."frontier")) IS NOT TRUE THEN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NEW;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_change_but_growth() SET search_path = %I, pg_temp', current_schema());
END
$$;

CREATE OR REPLACE FUNCTION erase_entries(ledger integer, sequences bigint[], parts text[]) RETURNS bigint SECURITY DEFINER LANGUAGE plpgsql AS $$
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(sequences) > 1000 THEN
    RAISE EXCEPTION 'At most 1000 entries are erased at a time';
  END IF;
  UPDATE "AuditLog" SET
    "email" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "email" END,
    "actorName" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "actorName" END,
    "ip" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "ip" END,
    "userAgent" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "userAgent" END,
    "requestId" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "requestId" END,
    "actorSalt" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "actorSalt" END,
    "details" = CASE WHEN 'CONTENT' = ANY (parts) THEN NULL ELSE "details" END,
    "changes" = CASE WHEN 'CONTENT' = ANY (parts) THEN '[]' ELSE "changes" END,
    "metadata" = CASE WHEN 'CONTENT' = ANY (parts) THEN '{}' ELSE "metadata" END,
    "contentSalt" = CASE WHEN 'CONTENT' = ANY (parts) THEN NULL ELSE "contentSalt" END,
    "action" = CASE WHEN 'ACTION' = ANY (parts) THEN 'erased' ELSE "action" END,
    "actorId" = CASE WHEN 'ACTOR_ID' = ANY (parts) THEN NULL ELSE "actorId" END,
    "resourceType" = CASE WHEN 'RESOURCE_TYPE' = ANY (parts) THEN NULL ELSE "resourceType" END,
    "resourceUID" = CASE WHEN 'RESOURCE_UID' = ANY (parts) THEN NULL ELSE "resourceUID" END,
    "erased" = (
      SELECT string_agg(word, ' ' ORDER BY place)
      FROM unnest('{ACTOR,CONTENT,ACTION,ACTOR_ID,RESOURCE_TYPE,RESOURCE_UID}'::text[]) WITH ORDINALITY AS known(word, place)
      WHERE word = ANY (parts) OR word = ANY (string_to_array("erased", ' '))
    )
  WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION erase_entries(integer, bigint[], text[]) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION erase_entries FROM PUBLIC;

CREATE OR REPLACE FUNCTION erase_salts(ledger integer, key_hashes bytea[]) RETURNS bigint SECURITY DEFINER LANGUAGE plpgsql AS $$
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(key_hashes) > 1000 THEN
    RAISE EXCEPTION 'At most 1000 salts are erased at a time';
  END IF;
  UPDATE "RecordedKey" SET "bodySalt" = ''
  WHERE "ledgerId" = ledger AND "keyHash" = ANY (key_hashes);
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION erase_salts(integer, bytea[]) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION erase_salts FROM PUBLIC;

DROP TRIGGER "AuditLog_no_update" ON "AuditLog";

CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();
ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update";

DROP TRIGGER "RecordedKey_no_update" ON "RecordedKey";

CREATE TRIGGER "RecordedKey_no_update" BEFORE UPDATE ON "RecordedKey" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_of_salt();
ALTER TABLE "RecordedKey" ENABLE ALWAYS TRIGGER "RecordedKey_no_update";

CREATE TRIGGER "Ledger_no_update" BEFORE UPDATE ON "Ledger" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_growth();
ALTER TABLE "Ledger" ENABLE ALWAYS TRIGGER "Ledger_no_update";
