import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { ProductScope, ResourceStatus } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import type { ProductScope as Scope, ResourceStatus as Status } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import { AuditLog, AuditLogConnection, auditLogConnection } from '../audit-log/graphql.ts';
import { AuditLogFilter, AuditLogOrder } from '../audit-log/graphql-inputs.ts';
import { Organization } from '../organization/graphql.ts';
import { type ResourceFilter as Filter, listResources } from './list-resources.ts';

/** Something that an organization owns. */
export const Resource = builder.prismaObject('Resource', {
  description:
    'Something that an organization owns, or owned. Seen by whoever sees the organization.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with res_.' }),
    resourceUID: t.exposeString('resourceUID', {
      description:
        'What its product calls it, as in AuditLog.resourceUID; unique in the organization.',
    }),
    type: t.exposeString('type', { description: 'What kind of thing, such as schedule.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    scope: t.field({
      type: ProductScope,
      description: 'The product it belongs to.',
      resolve: ({ scope }) => scope as Scope,
    }),
    status: t.field({
      type: ResourceStatus,
      description: 'Whether the organization still owns it.',
      resolve: ({ status }) => status as Status,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was first registered.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    removedAt: t.expose('removedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was removed; null while it is active.',
    }),
  }),
});

const ResourceFilter = builder.inputType('ResourceFilter', {
  description:
    'Which resources: OR within a list, AND between fields; absent or empty = no restriction. At most 100 values a list.',
  fields: (t) => ({
    types: t.stringList({ description: 'Of any of these kinds.' }),
    scopes: t.field({ type: [ProductScope], description: 'Of any of these products.' }),
    statuses: t.field({ type: [ResourceStatus], description: 'In any of these states.' }),
    resourceUIDs: t.stringList({ description: 'Any of these.' }),
  }),
});

const ResourceConnection = builder.connectionObject(
  {
    type: Resource,
    name: 'ResourceConnection',
    description: 'A page of resources.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many resources match in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'ResourceEdge', description: 'A resource and its place.' },
);

async function resourceConnection(
  session: Session,
  organizationId: string,
  input: PageArguments & { readonly filter?: Filter | null | undefined },
) {
  const page = await listResources(session, organizationId as OrganizationId, input);
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

builder.objectField(Organization, 'resources', (t) =>
  t.connection(
    {
      type: Resource,
      description: 'What the organization owns, or owned, in the order of registration.',
      args: {
        filter: t.arg({ type: ResourceFilter, description: 'Which resources; absent = all.' }),
      },
      complexity: pageCost,
      resolve: ({ id }, args, { session }) => resourceConnection(session, id, args),
    },
    ResourceConnection,
  ),
);

builder.objectField(AuditLog, 'resource', (t) =>
  t.field({
    type: Resource,
    nullable: true,
    description:
      'The registered resource that resourceUID names, also one that was removed; null when there is none that you may see.',
    resolve: ({ organizationId, resourceUID }, _args, { load }) =>
      resourceUID === null ? null : load.resourceNamed.load({ organizationId, resourceUID }),
  }),
);

builder.objectFields(Resource, (t) => ({
  organization: t.field({
    type: Organization,
    nullable: true,
    description: 'Whose it is.',
    resolve: ({ organizationId }, _args, { load }) =>
      load.organization.load(organizationId as OrganizationId),
  }),
  auditLogs: t.connection(
    {
      type: AuditLog,
      description:
        'The resource’s trail: every entry with its resourceUID, whoever recorded it. Needs auditLog:read; a denied attempt is recorded.',
      args: {
        filter: t.arg({ type: AuditLogFilter, description: 'Which of them; absent = all.' }),
        orderBy: t.arg({ type: AuditLogOrder, description: 'Default: newest first by createdAt.' }),
      },
      complexity: pageCost,
      resolve: ({ resourceUID, organizationId }, args, { session }) =>
        auditLogConnection(session, organizationId as OrganizationId, {
          ...args,
          about: { resourceUID, email: null },
        }),
    },
    AuditLogConnection,
  ),
}));
