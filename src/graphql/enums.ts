import {
  ACTOR_TYPES,
  AUDIT_ORIGINS,
  AUDIT_OUTCOMES,
  PRODUCT_SCOPES,
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
