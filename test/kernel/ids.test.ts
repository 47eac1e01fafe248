import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { expect, test } from 'vitest';
import { auditLogIdOf, idBytes, isId, newLogId } from '../../src/kernel/ids.ts';

test('an entry’s id is the TypeID of its bytes, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(auditLogIdOf(bytes)).toBe(TypeID.fromUUIDBytes('log', bytes).toString());
    }),
  );
});

test('a new entry’s id is a UUIDv7 of now, well-formed, and greater than those before', () => {
  const before = Date.now();
  const made = Array.from({ length: 10_000 }, newLogId);
  for (const { id, bytes } of made) {
    expect(isId('log', id)).toBe(true);
    expect(idBytes(id)).toEqual(bytes);
    expect((bytes[6] ?? 0) >> 4).toBe(7);
    const ms = Buffer.from(bytes).readUIntBE(0, 6);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(Date.now() + 10);
  }
  const ids = made.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(made.length);
});
