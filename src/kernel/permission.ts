import type { Role } from './vocabulary.ts';

/** Every permission, and the roles that hold it. The only place where the two meet. */
const HOLDERS = {
  'organization:read': ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'],
  'organization:update': ['OWNER', 'ADMIN'],
  'organization:delete': ['OWNER'],
  'auditLog:read': ['OWNER', 'ADMIN', 'AUDITOR'],
  'auditLog:record': ['OWNER', 'ADMIN'],
  'auditLog:export': ['OWNER', 'ADMIN', 'AUDITOR'],
  'apiKey:manage': ['OWNER', 'ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof HOLDERS;

export const PERMISSIONS = Object.keys(HOLDERS) as readonly Permission[];

/** What an API key may be given: never the deletion of its organization, nor the making of more keys. */
export const KEY_PERMISSIONS = PERMISSIONS.filter(
  (permission) => permission !== 'organization:delete' && permission !== 'apiKey:manage',
);

/** Whether a role holds a permission. */
export const holds = (role: Role, permission: Permission): boolean =>
  (HOLDERS[permission] as readonly Role[]).includes(role);
