-- CreateTable
CREATE TABLE "MerkleTile" (
    "ledgerId" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "MerkleTile_pkey" PRIMARY KEY ("ledgerId","level","index")
);

-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "ledgerId" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "signedAtMs" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "AuditCheckpoint_pkey" PRIMARY KEY ("ledgerId","size","signedAtMs")
);

-- CreateIndex
CREATE INDEX "AuditCheckpoint_ledgerId_signedAtMs_idx" ON "AuditCheckpoint"("ledgerId", "signedAtMs");

CREATE TRIGGER "AuditCheckpoint_no_update" BEFORE UPDATE ON "AuditCheckpoint" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditCheckpoint" ENABLE ALWAYS TRIGGER "AuditCheckpoint_no_update";

CREATE TRIGGER "AuditCheckpoint_no_delete" BEFORE DELETE ON "AuditCheckpoint" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditCheckpoint" ENABLE ALWAYS TRIGGER "AuditCheckpoint_no_delete";

CREATE TRIGGER "AuditCheckpoint_no_truncate" BEFORE TRUNCATE ON "AuditCheckpoint" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditCheckpoint" ENABLE ALWAYS TRIGGER "AuditCheckpoint_no_truncate";
