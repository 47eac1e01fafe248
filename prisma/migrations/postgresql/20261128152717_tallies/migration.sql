-- CreateTable
CREATE TABLE "Derivation" (
    "ledgerId" INTEGER NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "upToSequence" BIGINT NOT NULL,

    CONSTRAINT "Derivation_pkey" PRIMARY KEY ("ledgerId","name")
);

-- CreateTable
CREATE TABLE "AuditTally" (
    "id" SERIAL NOT NULL,
    "ledgerId" INTEGER NOT NULL,
    "scope" TEXT COLLATE "C" NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "outcome" TEXT COLLATE "C" NOT NULL,
    "actorType" TEXT COLLATE "C" NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "AuditTally_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditTallyDay" (
    "tallyId" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "quarters" BYTEA NOT NULL,

    CONSTRAINT "AuditTallyDay_pkey" PRIMARY KEY ("tallyId","day")
);

-- CreateTable
CREATE TABLE "AuditScopeDay" (
    "ledgerId" INTEGER NOT NULL,
    "scope" TEXT COLLATE "C" NOT NULL,
    "day" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "quarters" BYTEA NOT NULL,

    CONSTRAINT "AuditScopeDay_pkey" PRIMARY KEY ("ledgerId","scope","day")
);

-- CreateTable
CREATE TABLE "AuditActorTally" (
    "ledgerId" INTEGER NOT NULL,
    "email" TEXT COLLATE "C" NOT NULL,
    "tallyId" INTEGER NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "AuditActorTally_pkey" PRIMARY KEY ("ledgerId","email","tallyId")
);

-- CreateIndex
CREATE UNIQUE INDEX "AuditTally_ledgerId_scope_action_outcome_actorType_key" ON "AuditTally"("ledgerId", "scope", "action", "outcome", "actorType");
