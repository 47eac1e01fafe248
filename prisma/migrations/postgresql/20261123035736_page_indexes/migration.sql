-- DropIndex
DROP INDEX "AuditLog_ledgerId_action_createdAtMs_sequence_idx";

-- DropIndex
DROP INDEX "AuditLog_ledgerId_email_createdAtMs_sequence_idx";

-- CreateIndex
CREATE INDEX "AuditLog_by_action" ON "AuditLog"("ledgerId", "action", "scope", "createdAtMs", "sequence");

-- CreateIndex
CREATE INDEX "AuditLog_by_email" ON "AuditLog"("ledgerId", "email", "createdAtMs", "sequence", "action", "scope");

-- What the models cannot say: indexes over a part of a column, and over a part of the rows.
CREATE INDEX "AuditLog_by_resource" ON "AuditLog"("ledgerId", (left("resourceUID", 64)), "createdAtMs", "sequence") WHERE "resourceUID" IS NOT NULL;

CREATE INDEX "AuditLog_by_outcome" ON "AuditLog"("ledgerId", "outcome", "createdAtMs", "sequence") WHERE "outcome" <> 'SUCCESS';

CREATE INDEX "AuditLog_by_actor_type" ON "AuditLog"("ledgerId", "actorType", "createdAtMs", "sequence") WHERE "actorType" <> 'USER';
