import type { Reader, Transaction } from '../database/database.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import { holds, type Permission } from '../kernel/permission.ts';
import type { Role } from '../kernel/vocabulary.ts';
import type { KeyActor, Session, UserActor } from './session.ts';

/** What a session may do in one organization that it may know of. */
export interface Access {
  /** Null for an API key and for the system. */
  readonly role: Role | null;
  /** Whether the organization waits to be purged: only its owners may still look, and restore it. */
  readonly deletionScheduled: boolean;
  allows(permission: Permission): boolean;
}

type Source = Pick<Reader | Transaction, 'membership' | 'apiKey'>;

/**
 * What `session` may do in the organization, as the database says now.
 * Null when it does not exist or is not the caller's to know of: the two look alike everywhere.
 */
export function accessTo(
  source: Source,
  { actor, clock }: Session,
  organizationId: OrganizationId,
): Promise<Access | null> {
  switch (actor.type) {
    case 'USER':
      return memberAccess(source, actor, organizationId);
    case 'API_KEY':
      return keyAccess(source, actor, organizationId, clock());
    case 'SYSTEM':
      return Promise.resolve({ role: null, deletionScheduled: false, allows: () => true });
  }
}

async function memberAccess(
  source: Source,
  { id: userId }: UserActor,
  organizationId: OrganizationId,
): Promise<Access | null> {
  const membership = await source.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: {
      role: true,
      organization: { select: { purgeAt: true, membersMayReadAuditLog: true } },
    },
  });
  if (!membership) return null;
  const role = membership.role as Role;
  const { purgeAt, membersMayReadAuditLog } = membership.organization;
  if (purgeAt && role !== 'OWNER') return null;
  return {
    role,
    deletionScheduled: purgeAt !== null,
    allows: (permission) =>
      holds(role, permission) || (permission === 'auditLog:read' && membersMayReadAuditLog),
  };
}

async function keyAccess(
  source: Source,
  key: KeyActor,
  organizationId: OrganizationId,
  now: Date,
): Promise<Access | null> {
  if (key.organizationId !== organizationId) return null;
  const row = await source.apiKey.findUnique({
    where: { id: key.id },
    select: { revokedAt: true, expiresAt: true, organization: { select: { purgeAt: true } } },
  });
  if (!row || row.revokedAt || row.organization.purgeAt) return null;
  if (row.expiresAt && row.expiresAt <= now) return null;
  return {
    role: null,
    deletionScheduled: false,
    allows: (permission) => key.permissions.includes(permission),
  };
}
