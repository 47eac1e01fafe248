-- CreateTable
CREATE TABLE "Invitation" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "email" TEXT COLLATE "C" NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "status" TEXT COLLATE "C" NOT NULL,
    "pendingEmail" TEXT COLLATE "C",
    "invitedById" TEXT COLLATE "C" NOT NULL,
    "invitedByEmail" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "sentAt" TIMESTAMP(3),
    "closedAt" TIMESTAMP(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InvitationToken" (
    "tokenHash" BYTEA NOT NULL,
    "invitationId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "InvitationToken_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "InvitationMail" (
    "id" SERIAL NOT NULL,
    "invitationId" TEXT COLLATE "C" NOT NULL,
    "attemptCount" INTEGER NOT NULL,
    "nextAttemptAt" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "InvitationMail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OwnershipOffer" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "fromUserId" TEXT COLLATE "C" NOT NULL,
    "fromEmail" TEXT COLLATE "C" NOT NULL,
    "toUserId" TEXT COLLATE "C" NOT NULL,
    "toEmail" TEXT COLLATE "C" NOT NULL,
    "status" TEXT COLLATE "C" NOT NULL,
    "pendingFor" TEXT COLLATE "C",
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "closedAt" TIMESTAMP(3),

    CONSTRAINT "OwnershipOffer_pkey" PRIMARY KEY ("id")
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

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvitationToken" ADD CONSTRAINT "InvitationToken_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "Invitation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvitationMail" ADD CONSTRAINT "InvitationMail_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "Invitation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OwnershipOffer" ADD CONSTRAINT "OwnershipOffer_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
