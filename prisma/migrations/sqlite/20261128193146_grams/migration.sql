-- CreateTable
CREATE TABLE "AuditGram" (
    "ledgerId" INTEGER NOT NULL,
    "gram" INTEGER NOT NULL,
    "window" INTEGER NOT NULL,
    "places" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "gram", "window")
);
