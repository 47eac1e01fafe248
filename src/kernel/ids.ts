import { TypeID } from 'typeid-js';
import { randomSlice } from './random.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Branded<'OrganizationId'>;
export type UserId = Branded<'UserId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;
export type AuditLogId = Branded<'AuditLogId'>;
export type TeamId = Branded<'TeamId'>;
export type ResourceId = Branded<'ResourceId'>;
export type InvitationId = Branded<'InvitationId'>;
export type OwnershipOfferId = Branded<'OwnershipOfferId'>;
export type LegalHoldId = Branded<'LegalHoldId'>;

interface IdOf {
  org: OrganizationId;
  usr: UserId;
  key: ApiKeyId;
  log: AuditLogId;
  team: TeamId;
  res: ResourceId;
  inv: InvitationId;
  ofr: OwnershipOfferId;
  hold: LegalHoldId;
}

/** The readable start of each kind of id. */
export type IdPrefix = keyof IdOf;

const PREFIXES: readonly string[] = [
  'org',
  'usr',
  'key',
  'log',
  'team',
  'res',
  'inv',
  'ofr',
  'hold',
] satisfies IdPrefix[];

/** A new TypeID, such as `org_01h455vb4pex5vsknk084sn02q`: a UUIDv7 in base32 behind its kind. */
export const newId = <P extends IdPrefix>(prefix: P): IdOf[P] =>
  new TypeID(prefix).toString() as string as IdOf[P];

/** Whether `text` is a well-formed id of that kind; says nothing about existence. */
export const isId = <P extends IdPrefix>(prefix: P, text: string): text is IdOf[P] =>
  prefixOf(text) === prefix;

/** The kind of a well-formed id; undefined for anything else. */
export const prefixOf = (text: string): IdPrefix | undefined =>
  FORM.exec(text)?.[1] as IdPrefix | undefined;

/** A kind, and 128 bits in Crockford's base32, as TypeID's specification has it. */
const FORM = new RegExp(`^(${PREFIXES.join('|')})_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

/** The 16 bytes of the UUID behind an id. */
export const idBytes = (id: AuditLogId): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(TypeID.fromString(id).toUUIDBytes());

/**
 * A new entry's id, as text and as the 16 bytes that are stored of it: a UUIDv7 (RFC 9562), greater
 * than all that this process gave before, so that an index of them grows at its end.
 */
export function newLogId(): { readonly id: AuditLogId; readonly bytes: Uint8Array<ArrayBuffer> } {
  const random = randomSlice(16);
  const bytes = Buffer.from(random.buffer, random.byteOffset, 16);
  tick(Date.now(), bytes.readUInt16BE(6) & 0x7ff);
  bytes.writeUIntBE(latest.ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | latest.counter, 6);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return { id: auditLogIdOf(random), bytes: random };
}

/** The millisecond of the newest id, and its place among those of that millisecond (12 bits). */
const latest = { ms: 0, counter: 0 };

/** Goes on to the next id: counts within a millisecond from a random place on, and borrows the next when it is full. */
function tick(nowMs: number, seed: number): void {
  if (nowMs > latest.ms) {
    latest.ms = nowMs;
    latest.counter = seed;
  } else if (latest.counter < 0xfff) {
    latest.counter++;
  } else {
    latest.ms++;
    latest.counter = seed;
  }
}

/** Crockford's alphabet in lower case, as TypeID has it. */
const BASE_32 = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The id of an entry whose UUID has these 16 bytes. Written out, since every entry that is recorded or
 * read has one, and typeid-js checks and copies more than that bears; a test holds the two equal.
 */
export function auditLogIdOf(bytes: Uint8Array): AuditLogId {
  let text = 'log_';
  let rest = 0;
  let bitCount = 2;
  for (const byte of bytes) {
    rest = ((rest << 8) | byte) & 0xfff;
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      text += BASE_32[(rest >> bitCount) & 31];
    }
  }
  return text as AuditLogId;
}
