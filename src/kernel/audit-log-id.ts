import type { AuditLogId, OrganizationId } from './ids.ts';

/** Where an entry stands, which its id tells. */
export interface NamedPlace {
  /** The last six characters of its organization's id: 30 random bits. */
  readonly organizationTail: string;
  readonly sequence: number;
}

/** Characters of an organization's id that stand in the ids of its entries. */
const TAIL_LENGTH = 6;

/** Where they begin in `org_…`, counted from 1 as SQL does. */
export const TAIL_FROM = 'org_'.length + 26 - TAIL_LENGTH + 1;

/** Bits of a sequence that an id has room for: 10^12 entries of one log. */
const SEQUENCE_BITS = 40;

/**
 * The id of the entry at a place, which no column has to hold: a TypeID whose UUIDv7 (RFC 9562) has
 * the millisecond of recording as its time, and the organization's tail and the sequence where others
 * have random bits. In base32 they are characters of their own:
 *
 *     log_ 01kb7r3x9m e xb 8 76fq 00000f4a
 *          time         tail      sequence
 *
 * `e` and `8` hold the version and the variant. No two entries of a log share a sequence, and two
 * logs would have to share a tail, a sequence and a millisecond.
 *
 * @throws RangeError beyond 2^48 - 1 ms or 2^40 - 1 entries
 */
export function auditLogIdAt(
  organizationId: OrganizationId,
  sequence: number,
  recordedAtMs: number,
): AuditLogId {
  if (sequence >= 2 ** SEQUENCE_BITS || recordedAtMs < 0 || recordedAtMs >= 2 ** 48) {
    throw new RangeError(`No id has room for sequence ${sequence} at ${recordedAtMs} ms.`);
  }
  const at = TAIL_FROM - 1;
  return `log_${base32(recordedAtMs, 10)}e${organizationId.slice(at, at + 2)}8${organizationId.slice(at + 2)}${base32(sequence, 8)}` as AuditLogId;
}

/** Where the entry with an id stands, if it has that id from `auditLogIdAt`. */
export const placeNamed = (id: AuditLogId): NamedPlace => ({
  organizationTail: id.slice(15, 17) + id.slice(18, 22),
  sequence: numberIn(id.slice(22)),
});

/** Crockford's alphabet in lower case, as TypeID has it. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Every two characters, by the ten bits that they say: each entry that is read has nine of them. */
const PAIRS = Array.from(
  { length: 1_024 },
  (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`,
);

/** The lowest bits of a whole number, as an even number of characters. */
function base32(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let done = 0; done < length; done += 2) {
    text = `${PAIRS[rest % 1_024]}${text}`;
    rest = Math.floor(rest / 1_024);
  }
  return text;
}

const numberIn = (text: string): number =>
  [...text].reduce((sum, digit) => sum * 32 + ALPHABET.indexOf(digit), 0);

/** The id of an entry from before ids told places, by the 16 bytes of its UUIDv7 that are stored. */
export function storedAuditLogId(bytes: Uint8Array): AuditLogId {
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, 16);
  const [time, middle, end] = [
    stored.readUIntBE(0, 6),
    stored.readUIntBE(6, 5),
    stored.readUIntBE(11, 5),
  ];
  return `log_${base32(time, 10)}${base32(middle, 8)}${base32(end, 8)}` as AuditLogId;
}

/** Those 16 bytes. */
export function auditLogIdBytes(id: AuditLogId): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(numberIn(id.slice(4, 14)), 0, 6);
  bytes.writeUIntBE(numberIn(id.slice(14, 22)), 6, 5);
  bytes.writeUIntBE(numberIn(id.slice(22)), 11, 5);
  return bytes;
}
