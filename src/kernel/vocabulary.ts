/** The words that clients, rows and rules share; each list is complete and in its documented order. */

/** The product surface that an entry belongs to. */
export const PRODUCT_SCOPES = [
  'PLATFORM',
  'SCHEDULING',
  'COST',
  'PROVISIONING',
  'DEPLOYMENT',
] as const;
export type ProductScope = (typeof PRODUCT_SCOPES)[number];

/** A member's role, strongest first. */
export const ROLES = ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'] as const;
export type Role = (typeof ROLES)[number];

export const ACTOR_TYPES = ['USER', 'API_KEY', 'SERVICE', 'SYSTEM'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

export const AUDIT_OUTCOMES = ['SUCCESS', 'FAILURE', 'DENIED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What became of an invitation; EXPIRED is a pending one past its time, and never stored. */
export const INVITATION_STATUSES = [
  'PENDING',
  'ACCEPTED',
  'DECLINED',
  'REVOKED',
  'REPLACED',
  'EXPIRED',
] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** What became of an offer of ownership; EXPIRED is a pending one past its time, and never stored. */
export const OFFER_STATUSES = ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED'] as const;
export type OfferStatus = (typeof OFFER_STATUSES)[number];

/** Why something that waits for an answer cannot be answered. */
export const CLOSED_REASONS = ['UNKNOWN', 'EXPIRED', 'REVOKED', 'USED'] as const;
export type ClosedReason = (typeof CLOSED_REASONS)[number];

/** The rules that say which organization a request is about, in their order. */
export const ORGANIZATION_RULES = [
  'ARGUMENT',
  'HEADER',
  'API_KEY',
  'TOKEN',
  'SELECTION',
  'ONLY_MEMBERSHIP',
] as const;
export type OrganizationRule = (typeof ORGANIZATION_RULES)[number];

/** Who vouches for an entry: the server that made the change, or a producer that reported it. */
export const AUDIT_ORIGINS = ['SERVER', 'PRODUCER'] as const;
export type AuditOrigin = (typeof AUDIT_ORIGINS)[number];

/** Whether an organization still owns a thing. */
export const RESOURCE_STATUSES = ['ACTIVE', 'REMOVED'] as const;
export type ResourceStatus = (typeof RESOURCE_STATUSES)[number];
