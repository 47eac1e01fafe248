import type { Role } from './vocabulary.ts';

/** Every permission, and the roles that hold it. The only place where the two meet. */
const HOLDERS = {
  'organization:read': ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'],
  'organization:update': ['OWNER', 'ADMIN'],
  'organization:delete': ['OWNER'],
  'auditLog:read': ['OWNER', 'ADMIN', 'AUDITOR'],
  'auditLog:record': ['OWNER', 'ADMIN'],
  'auditLog:export': ['OWNER', 'ADMIN', 'AUDITOR'],
  'auditLog:erase': ['OWNER'],
  'apiKey:manage': ['OWNER', 'ADMIN'],
  'member:manage': ['OWNER', 'ADMIN'],
  'invitation:manage': ['OWNER', 'ADMIN'],
  'organization:transfer': ['OWNER'],
  'membership:own': ['OWNER', 'ADMIN', 'AUDITOR', 'MEMBER'],
  'team:manage': ['OWNER', 'ADMIN'],
  'resource:manage': ['OWNER', 'ADMIN'],
  'legalHold:read': ['OWNER', 'ADMIN', 'AUDITOR'],
  'legalHold:manage': ['OWNER', 'ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof HOLDERS;

export const PERMISSIONS = Object.keys(HOLDERS) as readonly Permission[];

/** What only people may do: whoever could give roles or keys could give themselves everything. */
const FOR_PEOPLE: readonly Permission[] = [
  'organization:delete',
  'organization:transfer',
  'auditLog:erase',
  'apiKey:manage',
  'member:manage',
  'invitation:manage',
  'membership:own',
  'legalHold:manage',
];

/** What an API key may be given: nothing by which it could grow, outlive or end its organization. */
export const KEY_PERMISSIONS = PERMISSIONS.filter((permission) => !FOR_PEOPLE.includes(permission));

/** Whether a role holds a permission. */
export const holds = (role: Role, permission: Permission): boolean =>
  (HOLDERS[permission] as readonly Role[]).includes(role);
