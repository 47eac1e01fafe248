-- CreateTable
CREATE TABLE "Invitation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "organizationId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "pendingEmail" TEXT,
    "invitedById" TEXT NOT NULL,
    "invitedByEmail" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "sentAt" DATETIME,
    "closedAt" DATETIME,
    CONSTRAINT "Invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "InvitationToken" (
    "tokenHash" BLOB NOT NULL PRIMARY KEY,
    "invitationId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "InvitationToken_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "Invitation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "InvitationMail" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "invitationId" TEXT NOT NULL,
    "attemptCount" INTEGER NOT NULL,
    "nextAttemptAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "InvitationMail_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "Invitation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "OwnershipOffer" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "organizationId" TEXT NOT NULL,
    "fromUserId" TEXT NOT NULL,
    "fromEmail" TEXT NOT NULL,
    "toUserId" TEXT NOT NULL,
    "toEmail" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "pendingFor" TEXT,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "closedAt" DATETIME,
    CONSTRAINT "OwnershipOffer_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Invitation_organizationId_id_idx" ON "Invitation"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Invitation_pendingEmail_idx" ON "Invitation"("pendingEmail");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_organizationId_pendingEmail_key" ON "Invitation"("organizationId", "pendingEmail");

-- CreateIndex
CREATE INDEX "InvitationToken_invitationId_idx" ON "InvitationToken"("invitationId");

-- CreateIndex
CREATE INDEX "InvitationMail_nextAttemptAt_idx" ON "InvitationMail"("nextAttemptAt");

-- CreateIndex
CREATE INDEX "InvitationMail_invitationId_idx" ON "InvitationMail"("invitationId");

-- CreateIndex
CREATE UNIQUE INDEX "OwnershipOffer_pendingFor_key" ON "OwnershipOffer"("pendingFor");

-- CreateIndex
CREATE INDEX "OwnershipOffer_organizationId_id_idx" ON "OwnershipOffer"("organizationId", "id");

-- CreateIndex
CREATE INDEX "OwnershipOffer_toUserId_idx" ON "OwnershipOffer"("toUserId");
