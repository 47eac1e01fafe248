-- CreateTable
CREATE TABLE "PrunedLeaf" (
    "ledgerId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "leafHash" BLOB NOT NULL,

    PRIMARY KEY ("ledgerId", "sequence")
);

CREATE TRIGGER "PrunedLeaf_no_update" BEFORE UPDATE ON "PrunedLeaf"
BEGIN
  SELECT RAISE(ABORT, 'PrunedLeaf is append-only: UPDATE is refused');
END;

CREATE TRIGGER "PrunedLeaf_no_delete" BEFORE DELETE ON "PrunedLeaf"
BEGIN
  SELECT RAISE(ABORT, 'PrunedLeaf is append-only: DELETE is refused');
END;

CREATE TRIGGER "PrunedLeaf_no_replace" BEFORE INSERT ON "PrunedLeaf"
WHEN EXISTS (SELECT 1 FROM "PrunedLeaf" WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence")
BEGIN
  SELECT RAISE(ABORT, 'PrunedLeaf is append-only: REPLACE is refused');
END;
