import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { expect, test } from 'vitest';
import {
  auditLogIdAt,
  auditLogIdBytes,
  placeNamed,
  storedAuditLogId,
  TAIL_FROM,
} from '../../src/kernel/audit-log-id.ts';
import { isId, newId } from '../../src/kernel/ids.ts';

const SEQUENCE = fc.integer({ min: 1, max: 2 ** 40 - 1 });
const MS = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const ORGANIZATION = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => TypeID.fromUUIDBytes('org', bytes).toString() as ReturnType<typeof newId<'org'>>);

test('an entry’s id is a TypeID of a UUIDv7 of the time at which it was recorded', () => {
  fc.assert(
    fc.property(ORGANIZATION, SEQUENCE, MS, (organizationId, sequence, recordedAtMs) => {
      const id = auditLogIdAt(organizationId, sequence, recordedAtMs);
      expect(isId('log', id)).toBe(true);
      const uuid = Buffer.from(TypeID.fromString(id).toUUIDBytes());
      expect(uuid.readUIntBE(0, 6)).toBe(recordedAtMs);
      expect((uuid[6] ?? 0) >> 4).toBe(7);
      expect((uuid[8] ?? 0) >> 6).toBe(2);
    }),
  );
});

test('an entry’s id tells its place: of its organization’s id the end, and its sequence', () => {
  fc.assert(
    fc.property(ORGANIZATION, SEQUENCE, MS, (organizationId, sequence, recordedAtMs) => {
      expect(placeNamed(auditLogIdAt(organizationId, sequence, recordedAtMs))).toEqual({
        organizationTail: organizationId.slice(TAIL_FROM - 1),
        sequence,
      });
    }),
  );
});

test('the ids of one log sort as its entries stand, since time never goes back in it', () => {
  const organizationId = newId('org');
  fc.assert(
    fc.property(SEQUENCE, MS, fc.nat(1e6), fc.nat(1e6), (sequence, ms, later, laterMs) => {
      fc.pre(sequence + later + 1 < 2 ** 40 && ms + laterMs < 2 ** 48);
      const earlier = auditLogIdAt(organizationId, sequence, ms);
      expect(auditLogIdAt(organizationId, sequence + 1 + later, ms + laterMs) > earlier).toBe(true);
    }),
  );
});

test('what no id has room for is refused, not cut', () => {
  const organizationId = newId('org');
  expect(() => auditLogIdAt(organizationId, 2 ** 40, 0)).toThrow(RangeError);
  expect(() => auditLogIdAt(organizationId, 1, 2 ** 48)).toThrow(RangeError);
  expect(() => auditLogIdAt(organizationId, 1, -1)).toThrow(RangeError);
});

test('a stored id is the TypeID of its bytes, whatever they are, and gives them back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const id = storedAuditLogId(bytes);
      expect(id).toBe(TypeID.fromUUIDBytes('log', bytes).toString());
      expect(Buffer.compare(auditLogIdBytes(id), bytes)).toBe(0);
    }),
  );
});
