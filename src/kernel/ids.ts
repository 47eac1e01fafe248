import { TypeID } from 'typeid-js';

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
