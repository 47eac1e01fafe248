-- Entries, and the keys they were recorded under, stay as they were written.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END
$$;

CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_update";

CREATE TRIGGER "AuditLog_no_delete" BEFORE DELETE ON "AuditLog" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_delete";

CREATE TRIGGER "AuditLog_no_truncate" BEFORE TRUNCATE ON "AuditLog" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "AuditLog" ENABLE ALWAYS TRIGGER "AuditLog_no_truncate";

CREATE TRIGGER "RecordedKey_no_update" BEFORE UPDATE ON "RecordedKey" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "RecordedKey" ENABLE ALWAYS TRIGGER "RecordedKey_no_update";

CREATE TRIGGER "RecordedKey_no_delete" BEFORE DELETE ON "RecordedKey" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "RecordedKey" ENABLE ALWAYS TRIGGER "RecordedKey_no_delete";

CREATE TRIGGER "RecordedKey_no_truncate" BEFORE TRUNCATE ON "RecordedKey" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "RecordedKey" ENABLE ALWAYS TRIGGER "RecordedKey_no_truncate";

CREATE TRIGGER "Ledger_no_delete" BEFORE DELETE ON "Ledger" FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE "Ledger" ENABLE ALWAYS TRIGGER "Ledger_no_delete";

CREATE TRIGGER "Ledger_no_truncate" BEFORE TRUNCATE ON "Ledger" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "Ledger" ENABLE ALWAYS TRIGGER "Ledger_no_truncate";
