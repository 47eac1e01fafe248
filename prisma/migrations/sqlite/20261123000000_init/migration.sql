-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "subject" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "selectedOrganizationId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "createdByEmail" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "version" INTEGER NOT NULL,
    "retentionDays" INTEGER,
    "timezone" TEXT NOT NULL,
    "membersMayReadAuditLog" BOOLEAN NOT NULL,
    "metadata" TEXT NOT NULL,
    "deletionRequestedAt" DATETIME,
    "deletionRequestedByEmail" TEXT,
    "purgeAt" DATETIME
);

-- CreateTable
CREATE TABLE "Membership" (
    "organizationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("organizationId", "userId"),
    CONSTRAINT "Membership_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "secretHash" BLOB NOT NULL,
    "permissions" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "lastUsedAt" DATETIME,
    "revokedAt" DATETIME,
    CONSTRAINT "ApiKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Tombstone" (
    "organizationId" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "purgedAt" DATETIME NOT NULL,
    "slugReservedUntil" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Ledger" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "organizationId" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "frontier" BLOB NOT NULL,
    "root" BLOB NOT NULL,
    "firstKeptSequence" BIGINT NOT NULL,
    "lastRecordedAtMs" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "AuditLog" (
    "ledgerId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "id" BLOB NOT NULL,
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
    "email" TEXT,
    "actorName" TEXT,
    "ip" TEXT,
    "userAgent" TEXT,
    "requestId" TEXT,
    "actorSalt" BLOB,
    "details" TEXT,
    "changes" TEXT NOT NULL,
    "metadata" TEXT NOT NULL,
    "contentSalt" BLOB,
    "actorCommitment" BLOB NOT NULL,
    "contentCommitment" BLOB NOT NULL,
    "leafHash" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "sequence")
);

-- CreateTable
CREATE TABLE "RecordedKey" (
    "ledgerId" INTEGER NOT NULL,
    "keyHash" BLOB NOT NULL,
    "sequence" BIGINT NOT NULL,
    "bodySalt" BLOB NOT NULL,
    "bodyHash" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "keyHash")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_subject_key" ON "User"("subject");

-- CreateIndex
CREATE INDEX "User_email_idx" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Organization_slug_key" ON "Organization"("slug");

-- CreateIndex
CREATE INDEX "Organization_purgeAt_idx" ON "Organization"("purgeAt");

-- CreateIndex
CREATE INDEX "Membership_userId_organizationId_idx" ON "Membership"("userId", "organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_secretHash_key" ON "ApiKey"("secretHash");

-- CreateIndex
CREATE INDEX "ApiKey_organizationId_id_idx" ON "ApiKey"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Tombstone_slug_idx" ON "Tombstone"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Ledger_organizationId_key" ON "Ledger"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "AuditLog_id_key" ON "AuditLog"("id");

-- CreateIndex
CREATE INDEX "AuditLog_ledgerId_createdAtMs_sequence_idx" ON "AuditLog"("ledgerId", "createdAtMs", "sequence");

-- CreateIndex
CREATE INDEX "AuditLog_ledgerId_action_createdAtMs_sequence_idx" ON "AuditLog"("ledgerId", "action", "createdAtMs", "sequence");

-- CreateIndex
CREATE INDEX "AuditLog_ledgerId_email_createdAtMs_sequence_idx" ON "AuditLog"("ledgerId", "email", "createdAtMs", "sequence");

-- CreateIndex
CREATE INDEX "AuditLog_ledgerId_scope_createdAtMs_sequence_idx" ON "AuditLog"("ledgerId", "scope", "createdAtMs", "sequence");
