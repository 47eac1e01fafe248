-- CreateTable
CREATE TABLE "AuditGram" (
    "ledgerId" INTEGER NOT NULL,
    "gram" INTEGER NOT NULL,
    "window" INTEGER NOT NULL,
    "places" BYTEA NOT NULL,

    CONSTRAINT "AuditGram_pkey" PRIMARY KEY ("ledgerId","gram","window")
);
