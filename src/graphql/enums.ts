import { ERASABLE_PARTS } from '../database/guard-conditions.ts';
import {
  ACTOR_TYPES,
  AUDIT_ORIGINS,
  AUDIT_OUTCOMES,
  CLOSED_REASONS,
  INVITATION_STATUSES,
  OFFER_STATUSES,
  ORGANIZATION_RULES,
  PRODUCT_SCOPES,
  RESOURCE_STATUSES,
  ROLES,
} from '../kernel/vocabulary.ts';
import { builder } from './builder.ts';

/** The words of a list as enum values, each with its description. */
const described = <T extends string>(words: readonly T[], descriptions: Record<T, string>) =>
  Object.fromEntries(words.map((word) => [word, { description: descriptions[word] }])) as {
    [W in T]: { description: string };
  };

/** The GraphQL enums of the kernel's vocabulary. */
export const ProductScope = builder.enumType('ProductScope', {
  description: 'The product surface that an entry belongs to; stored when it is recorded.',
  values: described(PRODUCT_SCOPES, {
    PLATFORM: 'Auth, users, teams, roles, organizations, cloud accounts.',
    SCHEDULING: 'Schedules, resource groups, overrides, schedule executions.',
    COST: 'Reports, recommendations, anomalies, budgets, billing upgrade.',
    PROVISIONING: 'Deployment Spaces, provisioning jobs, Helm components.',
    DEPLOYMENT: 'Deploy service activity.',
  }),
});

export const Role = builder.enumType('Role', {
  description: 'What a member may do in an organization.',
  values: described(ROLES, {
    OWNER: 'Everything. An organization always has one.',
    ADMIN: 'Everything but deletion and transfer.',
    AUDITOR: 'Reads the organization and its log, and exports.',
    MEMBER: 'Reads the organization; the log only when the settings say so.',
  }),
});

export const ActorType = builder.enumType('ActorType', {
  description: 'What kind of actor did it.',
  values: described(ACTOR_TYPES, {
    USER: 'A person.',
    API_KEY: 'A product, by an API key of this server.',
    SERVICE: 'A program, by an identity of its own.',
    SYSTEM: 'The server itself, or its operator.',
  }),
});

export const AuditOutcome = builder.enumType('AuditOutcome', {
  description: 'How an attempt ended.',
  values: described(AUDIT_OUTCOMES, {
    SUCCESS: 'It was done.',
    FAILURE: 'It was tried and failed.',
    DENIED: 'It was not allowed.',
  }),
});

export const AuditOrigin = builder.enumType('AuditOrigin', {
  description: 'Who vouches for an entry.',
  values: described(AUDIT_ORIGINS, {
    SERVER: 'This server, which recorded it in the transaction of the change it tells of.',
    PRODUCER: 'A product or person that reported it through recordAuditLogs or an import.',
  }),
});

export const ErasedPart = builder.enumType('ErasedPart', {
  description: 'A part of an entry that the erasure of a person takes out.',
  values: described(ERASABLE_PARTS, {
    ACTOR: 'email, actor.name, ip, userAgent and requestId are null.',
    CONTENT: 'details is null, changes and metadata are empty.',
    ACTION:
      'action is "erased". The entry’s body cannot be rebuilt; its leaf still proves its place.',
    ACTOR_ID: 'actor.id is null. The body cannot be rebuilt.',
    RESOURCE_TYPE: 'resourceType is null. The body cannot be rebuilt.',
    RESOURCE_UID: 'resourceUID is null. The body cannot be rebuilt.',
  }),
});

export const ResourceStatus = builder.enumType('ResourceStatus', {
  description: 'Whether an organization still owns a thing.',
  values: described(RESOURCE_STATUSES, {
    ACTIVE: 'It does.',
    REMOVED: 'Not any more; entries about it still resolve to it.',
  }),
});

export const InvitationStatus = builder.enumType('InvitationStatus', {
  description: 'What became of an invitation.',
  values: described(INVITATION_STATUSES, {
    PENDING: 'It waits for an answer.',
    ACCEPTED: 'The invited person became a member.',
    DECLINED: 'The invited person said no.',
    REVOKED: 'It was taken back.',
    REPLACED: 'A newer one of the same address took its place.',
    EXPIRED: 'Nobody answered in time.',
  }),
});

export const OwnershipOfferStatus = builder.enumType('OwnershipOfferStatus', {
  description: 'What became of an offer of ownership.',
  values: described(OFFER_STATUSES, {
    PENDING: 'It waits for an answer.',
    ACCEPTED: 'The ownership changed hands.',
    DECLINED: 'The member said no.',
    REVOKED: 'It was taken back.',
    EXPIRED: 'Nobody answered in time.',
  }),
});

export const ClosedReason = builder.enumType('ClosedReason', {
  description: 'Why an invitation or an offer cannot be answered.',
  values: described(CLOSED_REASONS, {
    UNKNOWN: 'There is none, or it is not for you.',
    EXPIRED: 'Its time is over.',
    REVOKED: 'It was taken back, or a newer one took its place.',
    USED: 'It was answered already.',
  }),
});

export const OrganizationRule = builder.enumType('OrganizationRule', {
  description:
    'The rules that say which organization a request is about; the first that does wins.',
  values: described(ORGANIZATION_RULES, {
    ARGUMENT: 'The argument organizationId.',
    HEADER: 'The header X-Organization-Id.',
    API_KEY: 'The organization that the API key is bound to.',
    TOKEN: 'The claim org_id of the token.',
    SELECTION: 'The stored selection, see selectOrganization.',
    ONLY_MEMBERSHIP: 'The only organization that the caller belongs to.',
  }),
});
