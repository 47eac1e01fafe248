-- CreateTable
CREATE TABLE "Derivation" (
    "ledgerId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "upToSequence" BIGINT NOT NULL,

    PRIMARY KEY ("ledgerId", "name")
);

-- CreateTable
CREATE TABLE "AuditTally" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "ledgerId" INTEGER NOT NULL,
    "scope" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "actorType" TEXT NOT NULL,
    "count" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "AuditTallyDay" (
    "tallyId" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "quarters" BLOB NOT NULL,

    PRIMARY KEY ("tallyId", "day")
);

-- CreateTable
CREATE TABLE "AuditScopeDay" (
    "ledgerId" INTEGER NOT NULL,
    "scope" TEXT NOT NULL,
    "day" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "quarters" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "scope", "day")
);

-- CreateTable
CREATE TABLE "AuditActorTally" (
    "ledgerId" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "tallyId" INTEGER NOT NULL,
    "count" BIGINT NOT NULL,

    PRIMARY KEY ("ledgerId", "email", "tallyId")
);

-- CreateIndex
CREATE UNIQUE INDEX "AuditTally_ledgerId_scope_action_outcome_actorType_key" ON "AuditTally"("ledgerId", "scope", "action", "outcome", "actorType");
