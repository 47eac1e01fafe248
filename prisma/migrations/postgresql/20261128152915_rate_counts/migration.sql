-- Unlogged: counts of a minute are not worth a write-ahead log; a crash of Postgres empties it.
-- CreateTable
CREATE UNLOGGED TABLE "RateCount" (
    "key" TEXT COLLATE "C" NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "RateCount_pkey" PRIMARY KEY ("key")
);
