import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { ProductScope, Role } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { Viewer } from '../identity/graphql.ts';
import type { ScopeRetention as Override } from '../retention/policy.ts';
import { currentOrganization } from './current-organization.ts';
import { countOrganizations, listOrganizations, organizationBy } from './organization.ts';
import { type OrganizationSettings as Settings, settingsOf } from './settings.ts';
import { slugAvailable } from './slug-claim.ts';

/** For how long the entries of a scope are kept. */
export const ScopeRetention = builder.objectRef<Override>('ScopeRetention').implement({
  description: 'For how long the entries of one scope are kept, instead of retentionDays.',
  fields: (t) => ({
    scope: t.expose('scope', { type: ProductScope, description: 'Whose entries.' }),
    days: t.exposeInt('days', { nullable: true, description: 'Null = for ever.' }),
  }),
});

/** What an organization has chosen. */
export const OrganizationSettings = builder.objectRef<Settings>('OrganizationSettings').implement({
  description: 'What an organization has chosen.',
  fields: (t) => ({
    retentionDays: t.exposeInt('retentionDays', {
      nullable: true,
      description:
        'For how many days after their recording entries are kept; null = for ever. As it was asked for: a shorter one is in force only after seven days, see Organization.pendingRetention.',
    }),
    scopeRetention: t.field({
      type: [ScopeRetention],
      description: 'What overrides retentionDays, at most one a scope.',
      resolve: ({ scopeRetention }) => scopeRetention,
    }),
    timezone: t.exposeString('timezone', { description: 'IANA name, such as Europe/Berlin.' }),
    membersMayReadAuditLog: t.exposeBoolean('membersMayReadAuditLog', {
      description: 'Whether the role MEMBER may read the log too.',
    }),
  }),
});

interface Deletion {
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly purgeAt: Date;
}

const OrganizationDeletion = builder.objectRef<Deletion>('OrganizationDeletion').implement({
  description: 'A scheduled deletion, which restoreOrganization undoes until purgeAt.',
  fields: (t) => ({
    requestedAt: t.expose('requestedAt', {
      type: 'DateTime',
      description: 'When it was asked for.',
    }),
    requestedBy: t.expose('requestedBy', {
      type: 'EmailAddress',
      description: 'The owner who asked, as they were addressed then.',
    }),
    purgeAt: t.expose('purgeAt', {
      type: 'DateTime',
      description: 'When it cannot be undone any more.',
    }),
  }),
});

/** A tenant. */
export const Organization = builder.prismaObject('Organization', {
  description: 'A tenant: the unit of membership, permission and audit.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with org_.' }),
    name: t.exposeString('name', {
      description: '1 to 100 characters as people count them; need not be unique.',
    }),
    slug: t.exposeString('slug', { description: 'Unique across the installation; for addresses.' }),
    createdBy: t.expose('createdByEmail', {
      type: 'EmailAddress',
      description: 'The creator’s address as it was; it never becomes null.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    version: t.exposeInt('version', {
      description:
        'Raised by one with each change; give it as expectedVersion to refuse lost updates.',
    }),
    settings: t.field({
      type: OrganizationSettings,
      description: 'What the organization has chosen.',
      resolve: settingsOf,
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Free data of yours, at most 16 KiB.',
      resolve: ({ metadata }) => JSON.parse(metadata),
    }),
    viewerRole: t.field({
      type: Role,
      nullable: true,
      description: 'The caller’s role here; null for an API key.',
      resolve: ({ id }, _args, { load }) => load.role.load(id),
    }),
    deletion: t.field({
      type: OrganizationDeletion,
      nullable: true,
      description: 'Null unless deletion is scheduled; then only owners see the organization.',
      resolve: ({ deletionRequestedAt, deletionRequestedByEmail, purgeAt }) =>
        deletionRequestedAt && purgeAt
          ? {
              requestedAt: deletionRequestedAt,
              requestedBy: deletionRequestedByEmail ?? '',
              purgeAt,
            }
          : null,
    }),
  }),
});

const OrganizationConnection = builder.connectionObject(
  {
    type: Organization,
    name: 'OrganizationConnection',
    description: 'A page of organizations.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many organizations there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'OrganizationEdge', description: 'An organization and its place.' },
);

const organizationConnection = async (session: Session, paging: PageArguments) => ({
  ...connectionOf(await listOrganizations(session, paging), ({ id }) => id),
  total: async () => ({ count: await countOrganizations(session), isCapped: false }),
});

builder.objectField(Viewer, 'organizations', (t) =>
  t.connection(
    {
      type: Organization,
      description: 'The organizations the caller belongs to, oldest first.',
      complexity: pageCost,
      resolve: (session, paging) => organizationConnection(session, paging),
    },
    OrganizationConnection,
  ),
);

builder.queryFields((t) => ({
  organizations: t.connection(
    {
      type: Organization,
      description: 'The organizations the caller belongs to, oldest first.',
      complexity: pageCost,
      resolve: (_root, paging, { session }) => organizationConnection(session, paging),
    },
    OrganizationConnection,
  ),
  organization: t.field({
    type: Organization,
    nullable: true,
    description:
      'One organization; null when it does not exist or is not yours. Give either id or slug.',
    args: {
      id: t.arg.id({ description: 'Its id.' }),
      slug: t.arg.string({ description: 'Its slug.' }),
    },
    resolve: (_root, named, { session }) => organizationBy(session, named),
  }),
  currentOrganization: t.field({
    type: Organization,
    description:
      'The organization this request is about: by the X-Organization-Id header, else the one that the API key or token (org_id) is bound to, else the stored selection, else the only membership. Error ORGANIZATION_NOT_SELECTED with the choices when no rule says one.',
    resolve: (_root, _args, { session }) => currentOrganization(session),
  }),
  slugAvailable: t.boolean({
    description:
      'Whether an organization could take this slug now: well-formed, not taken, not reserved.',
    args: { slug: t.arg.string({ required: true, description: 'The slug in question.' }) },
    resolve: (_root, { slug }, { session }) => slugAvailable(session, slug),
  }),
}));
