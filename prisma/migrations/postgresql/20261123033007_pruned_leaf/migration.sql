-- CreateTable
CREATE TABLE "PrunedLeaf" (
    "ledgerId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "leafHash" BYTEA NOT NULL,

    CONSTRAINT "PrunedLeaf_pkey" PRIMARY KEY ("ledgerId","sequence")
);

CREATE TRIGGER "PrunedLeaf_no_update" BEFORE UPDATE ON "PrunedLeaf" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "PrunedLeaf" ENABLE ALWAYS TRIGGER "PrunedLeaf_no_update";

CREATE TRIGGER "PrunedLeaf_no_delete" BEFORE DELETE ON "PrunedLeaf" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "PrunedLeaf" ENABLE ALWAYS TRIGGER "PrunedLeaf_no_delete";

CREATE TRIGGER "PrunedLeaf_no_truncate" BEFORE TRUNCATE ON "PrunedLeaf" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "PrunedLeaf" ENABLE ALWAYS TRIGGER "PrunedLeaf_no_truncate";
