import type { ProductScope } from '../kernel/vocabulary.ts';
import { type ActionDefinition, action } from './action-definition.ts';
import { ERASURE_ACTIONS } from './erasure-actions.ts';
import { RETENTION_ACTIONS } from './retention-actions.ts';

/**
 * Every action the server itself records: scope, resource type, sentence, shape of its metadata.
 * Adding a key here is adding an event; an entry of an action that is not here does not compile.
 */
export const CATALOGUE = {
  'organization.created': action<{ name: string; slug: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'An organization was created; its creator became its first owner.',
    details: ({ name }) => `Created organization '${name}'`,
  }),
  'organization.updated': action<{ name: string; fields: string[] }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'The name, slug, settings or metadata of an organization changed; see `changes`.',
    details: ({ name, fields }) => `Updated ${fields.join(', ')} of organization '${name}'`,
  }),
  'organization.deletionScheduled': action<{ name: string; graceDays: number; purgeAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'An owner asked for the deletion of the organization; access is blocked at once.',
    details: ({ name, purgeAt }) => `Scheduled deletion of organization '${name}' for ${purgeAt}`,
  }),
  'organization.restored': action<{ name: string; disabledApiKeyCount: number }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description:
      'A scheduled deletion was undone before it was carried out; API keys wait to be enabled.',
    details: ({ name }) => `Restored organization '${name}'`,
  }),
  'organization.purgeAdvanced': action<{ removed: string; count: number }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'A step of the purge of a large organization removed some of what it had.',
    details: ({ removed, count }) => `Removed ${count} ${removed} in the course of the purge`,
  }),
  'organization.changeReverted': action<{ name: string; fields: string[]; auditLogId: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'The values that an earlier entry tells of were put back; see `changes`.',
    details: ({ name, fields }) => `Reverted ${fields.join(', ')} of organization '${name}'`,
  }),
  'organization.purged': action<{ name: string; slug: string; slugReservedUntil: string }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description: 'The organization, its memberships and keys were removed; its log stays.',
    details: ({ name }) => `Purged organization '${name}'`,
  }),
  'apiKey.created': action<{
    name: string;
    prefix: string;
    permissions: readonly string[];
    scopes: readonly string[];
    expiresAt: string | null;
  }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was made; its secret was shown once and is not stored.',
    details: ({ name }) => `Created API key '${name}'`,
  }),
  'apiKey.renamed': action<{ name: string; formerName: string }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was given another name.',
    details: ({ name, formerName }) => `Renamed API key '${formerName}' to '${name}'`,
  }),
  'apiKey.rotated': action<{
    name: string;
    prefix: string;
    previousSecretExpiresAt: string | null;
  }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description:
      'An API key was given a new secret; the one before it is refused, or soon will be.',
    details: ({ name }) => `Rotated API key '${name}'`,
  }),
  'apiKey.revoked': action<{ name: string; prefix: string }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key was revoked; it is refused for good.',
    details: ({ name }) => `Revoked API key '${name}'`,
  }),
  'apiKey.enabled': action<{ name: string; prefix: string }>({
    scope: 'PLATFORM',
    resourceType: 'apiKey',
    description: 'An API key that the restore of its organization had disabled works again.',
    details: ({ name }) => `Enabled API key '${name}'`,
  }),
  'team.created': action<{ name: string }>({
    scope: 'PLATFORM',
    resourceType: 'team',
    description: 'A team was created.',
    details: ({ name }) => `Created team '${name}'`,
  }),
  'team.renamed': action<{ name: string; formerName: string }>({
    scope: 'PLATFORM',
    resourceType: 'team',
    description: 'A team was given another name.',
    details: ({ name, formerName }) => `Renamed team '${formerName}' to '${name}'`,
  }),
  'team.deleted': action<{ name: string; memberCount: number }>({
    scope: 'PLATFORM',
    resourceType: 'team',
    description: 'A team was deleted; its members stay members of the organization.',
    details: ({ name }) => `Deleted team '${name}'`,
  }),
  'team.member.added': action<{ team: string; userId: string; email: string }>({
    scope: 'PLATFORM',
    resourceType: 'team',
    description: 'A member of the organization was added to a team.',
    details: ({ team, email }) => `Added ${email} to team '${team}'`,
  }),
  'team.member.removed': action<{ team: string; userId: string; email: string }>({
    scope: 'PLATFORM',
    resourceType: 'team',
    description: 'A member was removed from a team; they stay a member of the organization.',
    details: ({ team, email }) => `Removed ${email} from team '${team}'`,
  }),
  'resource.registered': action<{ type: string; name: string; scope: ProductScope }>({
    scope: 'PLATFORM',
    resourceType: 'resource',
    description: 'A resource was entered in the registry of what the organization owns.',
    details: ({ type, name }) => `Registered ${type} '${name}'`,
  }),
  'resource.removed': action<{ type: string; name: string; scope: ProductScope }>({
    scope: 'PLATFORM',
    resourceType: 'resource',
    description: 'A resource was removed from the registry; entries about it stay.',
    details: ({ type, name }) => `Removed ${type} '${name}'`,
  }),
  'member.joined': action<{ email: string; role: string; invitationId: string }>({
    scope: 'PLATFORM',
    resourceType: 'user',
    description: 'A person accepted an invitation and became a member.',
    details: ({ email, role }) => `${email} joined as ${role}`,
  }),
  'member.roleChanged': action<{ email: string; role: string; formerRole: string }>({
    scope: 'PLATFORM',
    resourceType: 'user',
    description: 'A member was given another role.',
    details: ({ email, role, formerRole }) =>
      `Changed the role of ${email} from ${formerRole} to ${role}`,
  }),
  'member.removed': action<{ email: string; role: string }>({
    scope: 'PLATFORM',
    resourceType: 'user',
    description: 'A member was removed from the organization.',
    details: ({ email, role }) => `Removed ${email}, who was ${role}`,
  }),
  'member.left': action<{ email: string; role: string }>({
    scope: 'PLATFORM',
    resourceType: 'user',
    description: 'A member left the organization.',
    details: ({ email, role }) => `${email}, who was ${role}, left`,
  }),
  'invitation.created': action<{ email: string; role: string; expiresAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'An address was invited; the mail with the link follows.',
    details: ({ email, role }) => `Invited ${email} as ${role}`,
  }),
  'invitation.resent': action<{ email: string; expiresAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'An invitation was mailed again with a new link and a new expiry.',
    details: ({ email }) => `Sent the invitation of ${email} again`,
  }),
  'invitation.revoked': action<{ email: string; role: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'An invitation was taken back before it was answered.',
    details: ({ email }) => `Revoked the invitation of ${email}`,
  }),
  'invitation.replaced': action<{ email: string; role: string; invitationId: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'An open invitation gave way to a newer one of the same address.',
    details: ({ email }) => `Replaced the invitation of ${email}`,
  }),
  'invitation.accepted': action<{ email: string; role: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'The invited person accepted.',
    details: ({ email }) => `${email} accepted the invitation`,
  }),
  'invitation.declined': action<{ email: string; role: string }>({
    scope: 'PLATFORM',
    resourceType: 'invitation',
    description: 'The invited person declined.',
    details: ({ email }) => `${email} declined the invitation`,
  }),
  'ownership.offered': action<{ from: string; to: string; expiresAt: string }>({
    scope: 'PLATFORM',
    resourceType: 'ownershipOffer',
    description: 'An owner offered the ownership to another member, who has to accept it.',
    details: ({ from, to }) => `${from} offered the ownership to ${to}`,
  }),
  'ownership.offerRevoked': action<{ from: string; to: string }>({
    scope: 'PLATFORM',
    resourceType: 'ownershipOffer',
    description: 'An offer of ownership was taken back.',
    details: ({ to }) => `Revoked the offer of ownership to ${to}`,
  }),
  'ownership.offerDeclined': action<{ from: string; to: string }>({
    scope: 'PLATFORM',
    resourceType: 'ownershipOffer',
    description: 'The member declined the ownership.',
    details: ({ to }) => `${to} declined the ownership`,
  }),
  'ownership.transferred': action<{ from: string; to: string }>({
    scope: 'PLATFORM',
    resourceType: 'ownershipOffer',
    description: 'The offer was accepted: the new owner is one, the former one became an admin.',
    details: ({ from, to }) => `Transferred the ownership from ${from} to ${to}`,
  }),
  'access.denied': action<{ permission: string }>({
    scope: 'PLATFORM',
    resourceType: 'permission',
    description: 'A member or key asked for something that its role or permissions do not allow.',
    details: ({ permission }) => `Denied ${permission}`,
  }),
  'auditLog.exported': action<{
    format: string;
    filter: Record<string, unknown>;
    afterSequence: number;
    lastSequence: number;
  }>({
    scope: 'PLATFORM',
    resourceType: 'auditLogExport',
    description: 'An export began; recorded before anything of it was given out.',
    details: ({ format, lastSequence }) =>
      `Began to export the log up to entry ${lastSequence} as ${format}`,
  }),
  'auditLog.forkAcknowledged': action<{
    signedSize: number;
    signedRoot: string;
    foundSize: number;
    foundRoot: string;
    reason: string;
  }>({
    scope: 'PLATFORM',
    resourceType: 'organization',
    description:
      'An operator acknowledged that the log is not the one that was signed last, such as after an older copy of the database was put back; entries may be lost.',
    details: ({ signedSize, foundSize, reason }) =>
      `Acknowledged that the log has ${foundSize} entries where ${signedSize} were signed: ${reason}`,
  }),
  'auditLog.exportEnded': action<{
    exportId: string;
    format: string;
    filter: Record<string, unknown>;
    snapshotSequence: number;
    afterSequence: number;
    cursor: number;
    count: number;
    sha256: string;
    complete: boolean;
    reason: string | null;
  }>({
    scope: 'PLATFORM',
    resourceType: 'auditLogExport',
    description: 'An export ended, complete or not; its metadata is the manifest.',
    details: ({ count, reason }) =>
      reason === null
        ? `Exported ${count} entries`
        : `Exported ${count} entries and no more: ${reason}`,
  }),
  ...RETENTION_ACTIONS,
  ...ERASURE_ACTIONS,
} as const satisfies Record<string, ActionDefinition<never>>;

/** An action the server records. */
export type CatalogueAction = keyof typeof CATALOGUE;

type MetadataOf<A extends CatalogueAction> = Parameters<(typeof CATALOGUE)[A]['details']>[0];

/** Whether the catalogue knows an action; exact, as recorded. */
export const isCatalogued = (text: string): text is CatalogueAction =>
  Object.hasOwn(CATALOGUE, text);

/** One fact that changed: a dotted path, the value before and after (null = absent). */
export interface AuditChange {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** An event of the server: one action with its own metadata; a mismatched pair does not compile. */
export type ServerEvent = {
  [A in CatalogueAction]: {
    readonly action: A;
    readonly resourceUID: string;
    readonly metadata: MetadataOf<A>;
    readonly changes?: readonly AuditChange[];
    readonly outcome?: 'SUCCESS' | 'DENIED';
  };
}[CatalogueAction];
