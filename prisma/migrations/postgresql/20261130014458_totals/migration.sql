-- CreateTable
CREATE TABLE "AuditTotal" (
    "ledgerId" INTEGER NOT NULL,
    "field" TEXT COLLATE "C" NOT NULL,
    "value" TEXT COLLATE "C" NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "AuditTotal_pkey" PRIMARY KEY ("ledgerId","field","value")
);

-- Of what the roll-ups know already.
INSERT INTO "AuditTotal" ("ledgerId", "field", "value", "count")
SELECT "ledgerId", "field", "value", CAST(sum("count") AS bigint) FROM (
  SELECT "ledgerId", 'scope' AS "field", "scope" AS "value", "count" FROM "AuditTally"
  UNION ALL SELECT "ledgerId", 'action', "action", "count" FROM "AuditTally"
  UNION ALL SELECT "ledgerId", 'outcome', "outcome", "count" FROM "AuditTally"
  UNION ALL SELECT "ledgerId", 'actorType', "actorType", "count" FROM "AuditTally"
  UNION ALL SELECT "ledgerId", 'email', "email", "count" FROM "AuditActorTally"
) AS "one" GROUP BY "ledgerId", "field", "value";
