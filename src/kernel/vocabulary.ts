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

/** Who vouches for an entry: the server that made the change, or a producer that reported it. */
export const AUDIT_ORIGINS = ['SERVER', 'PRODUCER'] as const;
export type AuditOrigin = (typeof AUDIT_ORIGINS)[number];
