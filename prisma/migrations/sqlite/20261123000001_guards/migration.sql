-- Entries, and the keys they were recorded under, stay as they were written.

CREATE TRIGGER "AuditLog_no_update" BEFORE UPDATE ON "AuditLog"
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: UPDATE is refused');
END;

CREATE TRIGGER "AuditLog_no_delete" BEFORE DELETE ON "AuditLog"
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: DELETE is refused');
END;

CREATE TRIGGER "AuditLog_no_replace" BEFORE INSERT ON "AuditLog"
WHEN EXISTS (SELECT 1 FROM "AuditLog" WHERE "ledgerId" = NEW."ledgerId" AND "sequence" = NEW."sequence")
  OR EXISTS (SELECT 1 FROM "AuditLog" WHERE "id" = NEW."id")
BEGIN
  SELECT RAISE(ABORT, 'AuditLog is append-only: REPLACE is refused');
END;

CREATE TRIGGER "RecordedKey_no_update" BEFORE UPDATE ON "RecordedKey"
BEGIN
  SELECT RAISE(ABORT, 'RecordedKey is append-only: UPDATE is refused');
END;

CREATE TRIGGER "RecordedKey_no_delete" BEFORE DELETE ON "RecordedKey"
BEGIN
  SELECT RAISE(ABORT, 'RecordedKey is append-only: DELETE is refused');
END;

CREATE TRIGGER "RecordedKey_no_replace" BEFORE INSERT ON "RecordedKey"
WHEN EXISTS (SELECT 1 FROM "RecordedKey" WHERE "ledgerId" = NEW."ledgerId" AND "keyHash" = NEW."keyHash")
BEGIN
  SELECT RAISE(ABORT, 'RecordedKey is append-only: REPLACE is refused');
END;

CREATE TRIGGER "Ledger_no_delete" BEFORE DELETE ON "Ledger"
BEGIN
  SELECT RAISE(ABORT, 'Ledger is append-only: DELETE is refused');
END;
