-- What programs did in the name of people: where both did much, seldom much.
CREATE INDEX "AuditLog_by_program_email" ON "AuditLog"("ledgerId", "email", "actorType", "createdAtMs", "sequence") WHERE "actorType" <> 'USER' AND "email" IS NOT NULL;
