-- CreateTable
CREATE TABLE "User" (
    "id" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "email" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C",
    "selectedOrganizationId" TEXT COLLATE "C",
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "slug" TEXT COLLATE "C" NOT NULL,
    "createdByEmail" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "version" INTEGER NOT NULL,
    "retentionDays" INTEGER,
    "timezone" TEXT COLLATE "C" NOT NULL,
    "membersMayReadAuditLog" BOOLEAN NOT NULL,
    "metadata" TEXT COLLATE "C" NOT NULL,
    "deletionRequestedAt" TIMESTAMP(3),
    "deletionRequestedByEmail" TEXT COLLATE "C",
    "purgeAt" TIMESTAMP(3),

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("organizationId","userId")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "prefix" TEXT COLLATE "C" NOT NULL,
    "secretHash" BYTEA NOT NULL,
    "permissions" TEXT COLLATE "C" NOT NULL,
    "scopes" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3),
    "lastUsedAt" TIMESTAMP(3),
    "revokedAt" TIMESTAMP(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Tombstone" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "slug" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "purgedAt" TIMESTAMP(3) NOT NULL,
    "slugReservedUntil" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Tombstone_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "Ledger" (
    "id" SERIAL NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "size" BIGINT NOT NULL,
    "frontier" BYTEA NOT NULL,
    "root" BYTEA NOT NULL,
    "firstKeptSequence" BIGINT NOT NULL,
    "lastRecordedAtMs" BIGINT NOT NULL,

    CONSTRAINT "Ledger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditLog" (
    "ledgerId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "id" BYTEA NOT NULL,
    "scope" TEXT COLLATE "C" NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "outcome" TEXT COLLATE "C" NOT NULL,
    "origin" TEXT COLLATE "C" NOT NULL,
    "resourceType" TEXT COLLATE "C",
    "resourceUID" TEXT COLLATE "C",
    "actorType" TEXT COLLATE "C" NOT NULL,
    "actorId" TEXT COLLATE "C",
    "correlationId" TEXT COLLATE "C",
    "createdAtMs" BIGINT NOT NULL,
    "recordedAtMs" BIGINT NOT NULL,
    "email" TEXT COLLATE "C",
    "actorName" TEXT COLLATE "C",
    "ip" TEXT COLLATE "C",
    "userAgent" TEXT COLLATE "C",
    "requestId" TEXT COLLATE "C",
    "actorSalt" BYTEA,
    "details" TEXT COLLATE "C",
    "changes" TEXT COLLATE "C" NOT NULL,
    "metadata" TEXT COLLATE "C" NOT NULL,
    "contentSalt" BYTEA,
    "actorCommitment" BYTEA NOT NULL,
    "contentCommitment" BYTEA NOT NULL,
    "leafHash" BYTEA NOT NULL,

    CONSTRAINT "AuditLog_pkey" PRIMARY KEY ("ledgerId","sequence")
);

-- CreateTable
CREATE TABLE "RecordedKey" (
    "ledgerId" INTEGER NOT NULL,
    "keyHash" BYTEA NOT NULL,
    "sequence" BIGINT NOT NULL,
    "bodySalt" BYTEA NOT NULL,
    "bodyHash" BYTEA NOT NULL,

    CONSTRAINT "RecordedKey_pkey" PRIMARY KEY ("ledgerId","keyHash")
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

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
