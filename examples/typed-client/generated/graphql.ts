/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What kind of actor did it. */
export type ActorType =
  /** A product, by an API key of this server. */
  | 'API_KEY'
  /** A program, by an identity of its own. */
  | 'SERVICE'
  /** The server itself, or its operator. */
  | 'SYSTEM'
  /** A person. */
  | 'USER';

/** Who did it. */
export type AuditActorInput = {
  /** The actor’s own id, at most 1,000 characters. */
  id?: string | null | undefined;
  /** At most 1,000 characters. */
  name?: string | null | undefined;
  /** What kind of actor. */
  type: ActorType;
};

/** One fact that changed. */
export type AuditChangeInput = {
  /** Before; null = absent. */
  from?: unknown;
  /** Which fact, such as schedule.cron. */
  path: string;
  /** After; null = absent. */
  to?: unknown;
};

/** Which entries: OR within a list, AND between fields; absent or empty = no restriction. At most 100 values a list. */
export type AuditLogFilter = {
  /** Any of these actions: exact, or a prefix such as schedule.* (never scheduler.x). */
  actions?: Array<string> | null | undefined;
  /** By any of these kinds of actor. */
  actorTypes?: Array<ActorType> | null | undefined;
  /** Occurred in this span. */
  createdAt?: DateTimeRange | null | undefined;
  /** By any of these actors, whatever the case. */
  emails?: Array<string> | null | undefined;
  /** None of these actions or prefixes. */
  notActions?: Array<string> | null | undefined;
  /** By none of these actors; entries without an address stay. */
  notEmails?: Array<string> | null | undefined;
  /** With any of these outcomes. */
  outcomes?: Array<AuditOutcome> | null | undefined;
  /** Done to any of these. */
  resourceUIDs?: Array<string> | null | undefined;
  /** In any of these scopes. */
  scopes?: Array<ProductScope> | null | undefined;
  /** Text contained in details, whatever the case. */
  search?: string | null | undefined;
};

/** One event. Without actor and email the caller did it. Details, changes and metadata together hold at most 256 KiB. */
export type AuditLogInput = {
  /** Such as schedule.created: at most 200 letters, digits and _ . : / $ @ + -. Kept as given. */
  action: string;
  /** Who did it; a USER when only email is given. */
  actor?: AuditActorInput | null | undefined;
  /** Every fact that changed. */
  changes?: Array<AuditChangeInput> | null | undefined;
  /** When it occurred; default now; refused when more than 5 minutes ahead. */
  createdAt?: string | null | undefined;
  /** A sentence for people; kept byte for byte. */
  details?: string | null | undefined;
  /** The actor’s address, as it is now. */
  email?: string | null | undefined;
  /** Same key and body: the first receipt again, for ever. Same key and another body: rejected. */
  idempotencyKey?: string | null | undefined;
  /** Where the actor came from. */
  ip?: string | null | undefined;
  /** What else is known, at most 16 levels deep. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Default SUCCESS. */
  outcome?: AuditOutcome | null | undefined;
  /** What kind of thing it was done to. */
  resourceType?: string | null | undefined;
  /** What it was done to, at most 2,000 characters. */
  resourceUID?: string | null | undefined;
  /** Required when the action is not in the catalogue (auditActions). */
  scope?: ProductScope | null | undefined;
  /** The actor’s program, at most 4,000 characters. */
  userAgent?: string | null | undefined;
};

/** How an attempt ended. */
export type AuditOutcome =
  /** It was not allowed. */
  | 'DENIED'
  /** It was tried and failed. */
  | 'FAILURE'
  /** It was done. */
  | 'SUCCESS';

/** A new organization. */
export type CreateOrganizationInput = {
  /** A JSON object of yours, at most 16 KiB and 16 levels. */
  metadata?: Record<string, unknown> | null | undefined;
  /** From 1 to 100 characters as people count them, trimmed; no control characters. */
  name: string;
  /** Defaults where absent. */
  settings?: OrganizationSettingsInput | null | undefined;
  /** Lower-case letters, digits and single hyphens. Derived from the name when absent. */
  slug?: string | null | undefined;
};

/** A span of time; either end may be open, but it must not be empty. */
export type DateTimeRange = {
  /** Inclusive. */
  from?: string | null | undefined;
  /** Exclusive. */
  to?: string | null | undefined;
};

/** Settings to set; an absent field stays, an explicit null goes back to its default. */
export type OrganizationSettingsInput = {
  /** null = no. */
  membersMayReadAuditLog?: boolean | null | undefined;
  /** From 1 to 36,500 days; null = for ever. A longer one is in force at once, a shorter one after seven days. */
  retentionDays?: number | null | undefined;
  /** Overrides of retentionDays, at most one a scope; replaces all. Null = none. */
  scopeRetention?: Array<ScopeRetentionInput> | null | undefined;
  /** IANA name; null = UTC. */
  timezone?: string | null | undefined;
};

/** The product surface that an entry belongs to; stored when it is recorded. */
export type ProductScope =
  /** Reports, recommendations, anomalies, budgets, billing upgrade. */
  | 'COST'
  /** Deploy service activity. */
  | 'DEPLOYMENT'
  /** Auth, users, teams, roles, organizations, cloud accounts. */
  | 'PLATFORM'
  /** Deployment Spaces, provisioning jobs, Helm components. */
  | 'PROVISIONING'
  /** Schedules, resource groups, overrides, schedule executions. */
  | 'SCHEDULING';

/** What became of an event. */
export type ReceiptStatus =
  /** It was stored before, under the same idempotency key. */
  | 'DUPLICATE'
  /** It is stored. */
  | 'RECORDED'
  /** It breaks a rule and is not stored. */
  | 'REJECTED';

/** Events to record in one organization. */
export type RecordAuditLogsInput = {
  /** From 1 to 1,000. */
  events: Array<AuditLogInput>;
  /** Default: the current organization. */
  organizationId?: string | number | null | undefined;
};

/** For how long to keep the entries of one scope. */
export type ScopeRetentionInput = {
  /** From 1 to 36,500; absent or null = for ever. */
  days?: number | null | undefined;
  /** Whose entries. */
  scope: ProductScope;
};

/** What to change; an absent field stays as it is. */
export type UpdateOrganizationInput = {
  /** Refuse unless the organization is at this version. */
  expectedVersion?: number | null | undefined;
  /** A JSON object of yours, at most 16 KiB and 16 levels. Replaces the whole; null empties it. */
  metadata?: Record<string, unknown> | null | undefined;
  /** From 1 to 100 characters as people count them, trimmed; no control characters. */
  name?: string | null | undefined;
  /** Default: the current organization (see currentOrganization). */
  organizationId?: string | number | null | undefined;
  /** Only what is given changes; null resets all. */
  settings?: OrganizationSettingsInput | null | undefined;
  /** Lower-case letters, digits and single hyphens. */
  slug?: string | null | undefined;
};

export type CreateOrganizationMutationVariables = Exact<{
  input: CreateOrganizationInput;
}>;


export type CreateOrganizationMutation = { createOrganization:
    | { __typename: 'CreateOrganizationSuccess', organization: { id: string, name: string, version: number } }
    | { __typename: 'InvalidInputError', fields: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SlugTakenError', slug: string }
   };

export type RenameOrganizationMutationVariables = Exact<{
  input: UpdateOrganizationInput;
}>;


export type RenameOrganizationMutation = { updateOrganization:
    | { __typename: 'InvalidInputError', code: string, message: string }
    | { __typename: 'SlugTakenError', code: string, message: string }
    | { __typename: 'UpdateOrganizationSuccess', organization: { name: string, version: number } }
    | { __typename: 'VersionConflictError', code: string, message: string }
   };

export type RecordEventsMutationVariables = Exact<{
  input: RecordAuditLogsInput;
}>;


export type RecordEventsMutation = { recordAuditLogs:
    | { __typename: 'InvalidInputError', code: string, message: string }
    | { __typename: 'RecordAuditLogsSuccess', recordedCount: number, receipts: Array<{ status: ReceiptStatus, errors: Array<{ path: Array<string>, message: string }> }> }
   };

export type LogPageQueryVariables = Exact<{
  organizationId: string | number;
  filter?: AuditLogFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type LogPageQuery = { auditLogs: { nodes: Array<{ sequence: number, createdAt: string, scope: ProductScope, action: string, email: string | null, details: string | null, changes: Array<{ path: string, from: unknown, to: unknown }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const CreateOrganizationDocument = new TypedDocumentString(`
    mutation CreateOrganization($input: CreateOrganizationInput!) {
  createOrganization(input: $input) {
    __typename
    ... on CreateOrganizationSuccess {
      organization {
        id
        name
        version
      }
    }
    ... on SlugTakenError {
      slug
    }
    ... on InvalidInputError {
      fields {
        path
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CreateOrganizationMutation, CreateOrganizationMutationVariables>;
export const RenameOrganizationDocument = new TypedDocumentString(`
    mutation RenameOrganization($input: UpdateOrganizationInput!) {
  updateOrganization(input: $input) {
    __typename
    ... on UpdateOrganizationSuccess {
      organization {
        name
        version
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RenameOrganizationMutation, RenameOrganizationMutationVariables>;
export const RecordEventsDocument = new TypedDocumentString(`
    mutation RecordEvents($input: RecordAuditLogsInput!) {
  recordAuditLogs(input: $input) {
    __typename
    ... on RecordAuditLogsSuccess {
      recordedCount
      receipts {
        status
        errors {
          path
          message
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RecordEventsMutation, RecordEventsMutationVariables>;
export const LogPageDocument = new TypedDocumentString(`
    query LogPage($organizationId: ID!, $filter: AuditLogFilter, $after: String) {
  auditLogs(
    organizationId: $organizationId
    filter: $filter
    first: 2
    after: $after
  ) {
    nodes {
      sequence
      createdAt
      scope
      action
      email
      details
      changes {
        path
        from
        to
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<LogPageQuery, LogPageQueryVariables>;