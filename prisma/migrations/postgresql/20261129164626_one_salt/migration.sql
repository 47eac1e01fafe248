-- An entry stores one salt; what can be worked out from it is stored once erasure takes what it is worked out from.

-- AlterTable
ALTER TABLE "AuditLog" ADD COLUMN     "salt" BYTEA,
ALTER COLUMN "actorCommitment" DROP NOT NULL,
ALTER COLUMN "contentCommitment" DROP NOT NULL;

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
      THEN sha256(coalesce(OLD."contentSalt", substring(sha256('\x6f7267747261696c2073616c7473206f662070617274730a'::bytea || OLD."salt") FROM 17 FOR 16)) || convert_to('{"changes":' || OLD."changes" || ',"details":' || coalesce(to_json(OLD."details")::text, 'null') || ',"metadata":' || OLD."metadata" || '}', 'UTF8')) ELSE decode(repeat('00', 32), 'hex') END)) IS NOT TRUE THEN
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

CREATE FUNCTION erase_entries(ledger integer, sequences bigint[], parts text[], actor_salts bytea[], actor_commitments bytea[], content_salts bytea[], content_commitments bytea[]) RETURNS bigint SECURITY DEFINER LANGUAGE plpgsql AS $$
DECLARE
  erased_count bigint;
BEGIN
  IF cardinality(sequences) > 1000 THEN
    RAISE EXCEPTION 'At most 1000 entries are erased at a time';
  END IF;
  UPDATE "AuditLog" AS entry SET
    "email" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "email" END,
    "actorName" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "actorName" END,
    "ip" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "ip" END,
    "userAgent" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "userAgent" END,
    "requestId" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE "requestId" END,
    "details" = CASE WHEN 'CONTENT' = ANY (parts) THEN NULL ELSE "details" END,
    "changes" = CASE WHEN 'CONTENT' = ANY (parts) THEN '[]' ELSE "changes" END,
    "metadata" = CASE WHEN 'CONTENT' = ANY (parts) THEN '{}' ELSE "metadata" END,
    "action" = CASE WHEN 'ACTION' = ANY (parts) THEN 'erased' ELSE "action" END,
    "actorId" = CASE WHEN 'ACTOR_ID' = ANY (parts) THEN NULL ELSE "actorId" END,
    "resourceType" = CASE WHEN 'RESOURCE_TYPE' = ANY (parts) THEN NULL ELSE "resourceType" END,
    "resourceUID" = CASE WHEN 'RESOURCE_UID' = ANY (parts) THEN NULL ELSE "resourceUID" END,
    "actorSalt" = CASE WHEN 'ACTOR' = ANY (parts) THEN NULL ELSE coalesce(entry."actorSalt", given."actorSalt") END,
    "actorCommitment" = coalesce(entry."actorCommitment", given."actorCommitment"),
    "contentSalt" = CASE WHEN 'CONTENT' = ANY (parts) THEN NULL ELSE coalesce(entry."contentSalt", given."contentSalt") END,
    "contentCommitment" = coalesce(entry."contentCommitment", given."contentCommitment"),
    "salt" = CASE WHEN parts && '{ACTOR,CONTENT}' THEN NULL ELSE "salt" END,
    "erased" = (
      SELECT string_agg(word, ' ' ORDER BY place)
      FROM unnest('{ACTOR,CONTENT,ACTION,ACTOR_ID,RESOURCE_TYPE,RESOURCE_UID}'::text[]) WITH ORDINALITY AS known(word, place)
      WHERE word = ANY (parts) OR word = ANY (string_to_array("erased", ' '))
    )
  FROM unnest(sequences, actor_salts, actor_commitments, content_salts, content_commitments)
    AS given("sequence", "actorSalt", "actorCommitment", "contentSalt", "contentCommitment")
  WHERE entry."ledgerId" = ledger AND entry."sequence" = ANY (sequences)
    AND entry."sequence" = given."sequence";
  GET DIAGNOSTICS erased_count = ROW_COUNT;
  RETURN erased_count;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION erase_entries(integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION erase_entries(integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]) FROM PUBLIC;

-- Whoever might call the one before may call this one, and it acts as the same role; where that cannot be
-- given by who migrates, as the owner of the table, until the roles are made again.
DO $$
DECLARE
  earlier CONSTANT regprocedure := 'erase_entries(integer, bigint[], text[])';
  grantee regrole;
BEGIN
  FOR grantee IN
    SELECT DISTINCT a.grantee FROM pg_proc p, aclexplode(p.proacl) a WHERE p.oid = earlier AND a.grantee <> 0
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION erase_entries(integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]) TO %s', grantee);
  END LOOP;
  BEGIN
    EXECUTE format('ALTER FUNCTION erase_entries(integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]) OWNER TO %s',
      (SELECT proowner::regrole FROM pg_proc WHERE oid = earlier));
  EXCEPTION WHEN insufficient_privilege THEN
    EXECUTE format('ALTER FUNCTION erase_entries(integer, bigint[], text[], bytea[], bytea[], bytea[], bytea[]) OWNER TO %s',
      (SELECT relowner::regrole FROM pg_class WHERE oid = '"AuditLog"'::regclass));
  END;
END
$$;

DROP FUNCTION erase_entries(integer, bigint[], text[]);
