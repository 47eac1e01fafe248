import type { StandingRow } from '../database/batch.ts';
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
      return readMember(source, actor, organizationId);
    case 'API_KEY':
      return readKey(source, actor, organizationId, clock());
    case 'SYSTEM':
      return Promise.resolve(UNLIMITED);
  }
}

/** What a membership says of a person. */
interface MemberStanding {
  readonly role: string;
  readonly purgeAt: Date | null;
  readonly membersMayReadAuditLog: boolean;
}

/** What a person may do by their membership; null when they may not even know of it. */
function memberAccess({ role: text, purgeAt, membersMayReadAuditLog }: MemberStanding) {
  const role = text as Role;
  if (purgeAt && role !== 'OWNER') return null;
  return {
    role,
    deletionScheduled: purgeAt !== null,
    allows: (permission: Permission) =>
      holds(role, permission) || (permission === 'auditLog:read' && membersMayReadAuditLog),
  };
}

/** What a key's row says of it. */
interface KeyStanding {
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly purgeAt: Date | null;
}

function keyAccess(
  { permissions }: KeyActor,
  { revokedAt, expiresAt, purgeAt }: KeyStanding,
  now: Date,
): Access | null {
  if (revokedAt || purgeAt || (expiresAt && expiresAt <= now)) return null;
  return {
    role: null,
    deletionScheduled: false,
    allows: (permission) => permissions.includes(permission),
  };
}

const UNLIMITED: Access = { role: null, deletionScheduled: false, allows: () => true };

/** The same rule as `accessTo`, over a standing read for many at once; undefined when there is none. */
export function accessBy(
  { actor, clock }: Session,
  organizationId: OrganizationId,
  standing: StandingRow | undefined,
): Access | null {
  if (actor.type === 'SYSTEM') return UNLIMITED;
  if (!standing) return null;
  const { role } = standing;
  if (actor.type === 'USER') return role === null ? null : memberAccess({ ...standing, role });
  return actor.organizationId === organizationId ? keyAccess(actor, standing, clock()) : null;
}

async function readMember(
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
  return membership && memberAccess({ role: membership.role, ...membership.organization });
}

async function readKey(
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
  return row && keyAccess(key, { ...row, ...row.organization }, now);
}
