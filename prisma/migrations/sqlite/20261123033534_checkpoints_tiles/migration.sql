-- CreateTable
CREATE TABLE "MerkleTile" (
    "ledgerId" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hashes" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "level", "index")
);

-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "ledgerId" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "signedAtMs" BIGINT NOT NULL,
    "root" BLOB NOT NULL,
    "note" TEXT NOT NULL,

    PRIMARY KEY ("ledgerId", "size", "signedAtMs")
);

-- CreateIndex
CREATE INDEX "AuditCheckpoint_ledgerId_signedAtMs_idx" ON "AuditCheckpoint"("ledgerId", "signedAtMs");

CREATE TRIGGER "AuditCheckpoint_no_update" BEFORE UPDATE ON "AuditCheckpoint"
BEGIN
  SELECT RAISE(ABORT, 'AuditCheckpoint is append-only: UPDATE is refused');
END;

CREATE TRIGGER "AuditCheckpoint_no_delete" BEFORE DELETE ON "AuditCheckpoint"
BEGIN
  SELECT RAISE(ABORT, 'AuditCheckpoint is append-only: DELETE is refused');
END;

CREATE TRIGGER "AuditCheckpoint_no_replace" BEFORE INSERT ON "AuditCheckpoint"
WHEN EXISTS (SELECT 1 FROM "AuditCheckpoint" WHERE "ledgerId" = NEW."ledgerId" AND "size" = NEW."size" AND "signedAtMs" = NEW."signedAtMs")
BEGIN
  SELECT RAISE(ABORT, 'AuditCheckpoint is append-only: REPLACE is refused');
END;
