-- CreateTable
CREATE TABLE "PendingRetention" (
    "organizationId" TEXT NOT NULL PRIMARY KEY,
    "inForceDays" INTEGER,
    "inForceScopes" TEXT NOT NULL,
    "requestedAt" DATETIME NOT NULL,
    "effectiveAt" DATETIME NOT NULL,
    "requestedById" TEXT,
    CONSTRAINT "PendingRetention_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RetentionRun" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "ledgerId" INTEGER NOT NULL,
    "openFor" INTEGER,
    "cutoffMs" BIGINT NOT NULL,
    "heededHolds" TEXT NOT NULL,
    "lookedAtSequence" BIGINT NOT NULL,
    "dueCount" BIGINT NOT NULL,
    "prunedCount" BIGINT NOT NULL,
    "firstPrunedSequence" BIGINT,
    "lastPrunedSequence" BIGINT,
    "startedAt" DATETIME NOT NULL,
    "finishedAt" DATETIME
);

-- CreateTable
CREATE TABLE "LegalHold" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "organizationId" TEXT NOT NULL,
    "ledgerId" INTEGER NOT NULL,
    "filter" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdById" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- AlterTable
ALTER TABLE "Organization" ADD COLUMN "scopeRetention" TEXT NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN "prunedCount" BIGINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "RetentionRun_openFor_key" ON "RetentionRun"("openFor");

-- CreateIndex
CREATE INDEX "RetentionRun_ledgerId_id_idx" ON "RetentionRun"("ledgerId", "id");

-- CreateIndex
CREATE INDEX "LegalHold_organizationId_id_idx" ON "LegalHold"("organizationId", "id");

-- CreateIndex
CREATE INDEX "LegalHold_ledgerId_id_idx" ON "LegalHold"("ledgerId", "id");

-- Pruning is the one way out of the log
DROP TRIGGER "AuditLog_no_delete";

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

CREATE TRIGGER "PrunedLeaf_no_invention" BEFORE INSERT ON "PrunedLeaf"
WHEN (EXISTS (
    SELECT 1 FROM "AuditLog"
    WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence" AND "leafHash" = NEW."leafHash"
  )) IS NOT TRUE
BEGIN
  SELECT RAISE(ABORT, 'PrunedLeaf is append-only: INSERT is refused');
END;
