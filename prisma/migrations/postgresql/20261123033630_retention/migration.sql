-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "scopeRetention" TEXT COLLATE "C" NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN     "prunedCount" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "PendingRetention" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "inForceDays" INTEGER,
    "inForceScopes" TEXT COLLATE "C" NOT NULL,
    "requestedAt" TIMESTAMP(3) NOT NULL,
    "effectiveAt" TIMESTAMP(3) NOT NULL,
    "requestedById" TEXT COLLATE "C",

    CONSTRAINT "PendingRetention_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "RetentionRun" (
    "id" SERIAL NOT NULL,
    "ledgerId" INTEGER NOT NULL,
    "openFor" INTEGER,
    "cutoffMs" BIGINT NOT NULL,
    "heededHolds" TEXT COLLATE "C" NOT NULL,
    "lookedAtSequence" BIGINT NOT NULL,
    "dueCount" BIGINT NOT NULL,
    "prunedCount" BIGINT NOT NULL,
    "firstPrunedSequence" BIGINT,
    "lastPrunedSequence" BIGINT,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "finishedAt" TIMESTAMP(3),

    CONSTRAINT "RetentionRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LegalHold" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "ledgerId" INTEGER NOT NULL,
    "filter" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT COLLATE "C" NOT NULL,
    "createdById" TEXT COLLATE "C",
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LegalHold_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "RetentionRun_openFor_key" ON "RetentionRun"("openFor");

-- CreateIndex
CREATE INDEX "RetentionRun_ledgerId_id_idx" ON "RetentionRun"("ledgerId", "id");

-- CreateIndex
CREATE INDEX "LegalHold_organizationId_id_idx" ON "LegalHold"("organizationId", "id");

-- CreateIndex
CREATE INDEX "LegalHold_ledgerId_id_idx" ON "LegalHold"("ledgerId", "id");

-- AddForeignKey
ALTER TABLE "PendingRetention" ADD CONSTRAINT "PendingRetention_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE OR REPLACE FUNCTION refuse_unpruned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM "PrunedLeaf" p JOIN "RetentionRun" r ON r."openFor" = p."ledgerId"
    WHERE p."ledgerId" = OLD."ledgerId" AND p."sequence" = OLD."sequence" AND p."leafHash" = OLD."leafHash"
      AND OLD."recordedAtMs" < r."cutoffMs"
      AND r."heededHolds" = (
        SELECT coalesce(string_agg(h."id", ' ' ORDER BY h."id"), '') FROM "LegalHold" h WHERE h."ledgerId" = OLD."ledgerId"
      )
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_unpruned() SET search_path = %I, pg_temp', current_schema());
END
$$;

CREATE OR REPLACE FUNCTION refuse_invented_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM "AuditLog"
    WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence" AND "leafHash" = NEW."leafHash"
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_invented_leaf() SET search_path = %I, pg_temp', current_schema());
END
$$;

CREATE OR REPLACE FUNCTION prune_entries(ledger integer, sequences bigint[]) RETURNS bigint SECURITY DEFINER LANGUAGE plpgsql AS $$
DECLARE
  pruned bigint;
BEGIN
  IF cardinality(sequences) > 1000 THEN
    RAISE EXCEPTION 'At most 1000 entries are pruned at a time';
  END IF;
  -- Plans made while these tables were small would scan them for every entry once they have grown.
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_hashjoin = off;
  SET LOCAL enable_mergejoin = off;
  PERFORM 1 FROM "Ledger" WHERE "id" = ledger FOR NO KEY UPDATE;
  INSERT INTO "PrunedLeaf" ("ledgerId", "sequence", "leafHash")
    SELECT "ledgerId", "sequence", "leafHash" FROM "AuditLog"
    WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
  DELETE FROM "AuditLog" WHERE "ledgerId" = ledger AND "sequence" = ANY (sequences);
  GET DIAGNOSTICS pruned = ROW_COUNT;
  RETURN pruned;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION prune_entries(integer, bigint[]) SET search_path = %I, pg_temp', current_schema());
END
$$;

-- Pruning is the one way out of the log
DROP TRIGGER "AuditLog_no_delete" ON "AuditLog";

CREATE TRIGGER "AuditLog_no_delete" BEFORE DELETE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_unpruned();
ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_delete";

CREATE TRIGGER "PrunedLeaf_no_invention" BEFORE INSERT ON "PrunedLeaf" FOR EACH ROW EXECUTE FUNCTION refuse_invented_leaf();
ALTER TABLE "PrunedLeaf" ENABLE ALWAYS TRIGGER "PrunedLeaf_no_invention";
