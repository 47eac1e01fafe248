-- DropIndex
DROP INDEX "AuditLog_by_action";

-- DropIndex
DROP INDEX "AuditLog_by_email";

-- DropIndex
DROP INDEX "AuditLog_ledgerId_scope_createdAtMs_sequence_idx";

-- CreateIndex
CREATE INDEX "AuditLog_by_scope_action" ON "AuditLog"("ledgerId", "scope", "action", "createdAtMs", "sequence", "email");

-- CreateIndex
CREATE INDEX "AuditLog_by_email" ON "AuditLog"("ledgerId", "email", "createdAtMs", "sequence");

-- What is asked together with what is unusual is answered without the entries.
DROP INDEX "AuditLog_by_outcome";

CREATE INDEX "AuditLog_by_outcome" ON "AuditLog"("ledgerId", "outcome", "createdAtMs", "sequence", "email", "action", "scope", "actorType") WHERE "outcome" <> 'SUCCESS';

DROP INDEX "AuditLog_by_actor_type";

CREATE INDEX "AuditLog_by_actor_type" ON "AuditLog"("ledgerId", "actorType", "createdAtMs", "sequence", "email", "action", "scope", "outcome") WHERE "actorType" <> 'USER';
