import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import {
  ActorType,
  AuditOrigin,
  AuditOutcome,
  ErasedPart,
  ProductScope,
} from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId, UserId } from '../../kernel/ids.ts';
import type { AuditChange as Change } from '../../ledger/catalogue.ts';
import type { Session } from '../../ledger/session.ts';
import { User } from '../identity/graphql.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { Organization } from '../organization/graphql.ts';
import { type AuditAction as Action, listAuditActions } from './audit-actions.ts';
import { auditLogId, type AuditLog as Entry, erasedParts } from './audit-log.ts';
import { encodeCursor } from './cursor.ts';
import { selectedBelow } from './graphql-columns.ts';
import { AuditLogFilter, AuditLogOrder } from './graphql-inputs.ts';
import { type ListAuditLogsInput, listAuditLogs } from './list-audit-logs.ts';

const AuditChange = builder.objectRef<Change>('AuditChange').implement({
  description: 'One fact that changed.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Which fact, such as settings.timezone.' }),
    from: t.expose('from', { type: 'JSON', nullable: true, description: 'Before; null = absent.' }),
    to: t.expose('to', { type: 'JSON', nullable: true, description: 'After; null = absent.' }),
  }),
});

const AuditActor = builder.objectRef<Entry>('AuditActor').implement({
  description: 'Who did it, as they were then.',
  fields: (t) => ({
    type: t.field({
      type: ActorType,
      description: 'What kind of actor.',
      resolve: (e) => e.actorType,
    }),
    id: t.exposeString('actorId', {
      nullable: true,
      description: 'The actor’s own id, where known.',
    }),
    name: t.exposeString('actorName', { nullable: true, description: 'As it was then.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      nullable: true,
      description: 'As it was then.',
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The person’s account, where there is one that you may see.',
      resolve: ({ actorType, actorId }, _args, { load }) =>
        actorType === 'USER' && actorId ? load.user.load(actorId as UserId) : null,
    }),
  }),
});

/** One entry of a log. */
export const AuditLog = builder.objectRef<Entry>('AuditLog').implement({
  description: 'One immutable fact: who did what, when, in which product.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with log_.' }),
    organizationId: t.exposeID('organizationId', { description: 'Whose log it stands in.' }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'The organization; null once purged.',
      resolve: ({ organizationId }, _args, { load }) => load.organization.load(organizationId),
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'Its place in the log: 1, 2, 3 … in the order of recording, without gaps.',
    }),
    scope: t.expose('scope', { type: ProductScope, description: 'The product it belongs to.' }),
    action: t.exposeString('action', { description: 'What was done, such as schedule.created.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      nullable: true,
      description: 'The actor’s address as it was; null for a system actor.',
    }),
    actor: t.field({ type: AuditActor, description: 'Who did it.', resolve: (entry) => entry }),
    resourceType: t.exposeString('resourceType', {
      nullable: true,
      description: 'What kind of thing it was done to.',
    }),
    resourceUID: t.exposeString('resourceUID', {
      nullable: true,
      description: 'What it was done to.',
    }),
    details: t.exposeString('details', { nullable: true, description: 'A sentence for people.' }),
    changes: t.field({
      type: [AuditChange],
      description: 'Every fact that changed, before and after.',
      resolve: ({ changes }) => JSON.parse(changes) as Change[],
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'What else is known, for programs.',
      resolve: ({ metadata }) => JSON.parse(metadata) as Record<string, unknown>,
    }),
    erased: t.field({
      type: [ErasedPart],
      description:
        'What the erasure of a person took out of it; empty = nothing. The entry, its place and its leaf stay.',
      resolve: erasedParts,
    }),
    outcome: t.expose('outcome', { type: AuditOutcome, description: 'How it ended.' }),
    origin: t.expose('origin', { type: AuditOrigin, description: 'Who vouches for it.' }),
    correlationId: t.exposeString('correlationId', {
      nullable: true,
      description: 'The same for all entries of one change that made several.',
    }),
    ip: t.expose('ip', { type: 'IP', nullable: true, description: 'Where the actor came from.' }),
    userAgent: t.exposeString('userAgent', { nullable: true, description: 'The actor’s program.' }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The X-Request-Id of the request that recorded it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it occurred.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was stored.' }),
  }),
});

/** A page of a log. */
export const AuditLogConnection = builder.connectionObject(
  {
    type: AuditLog,
    name: 'AuditLogConnection',
    description: 'A page of a log.',
    fields: (t) => ({
      totalCount: t.int({
        description:
          'How many entries of the snapshot match in all pages; counted only when selected, exact up to 10,000 when filtered.',
        resolve: async ({ total }) => (await total()).count,
      }),
      totalCountIsCapped: t.boolean({
        description: 'Whether more entries match than totalCount says.',
        resolve: async ({ total }) => (await total()).isCapped,
      }),
      asOf: t.field({
        type: 'SafeInt',
        resolve: ({ asOf = 0 }) => asOf,
        description:
          'The snapshot that the page and its counts belong to: the last sequence there was. Pages after this one, by its cursors, keep to it.',
      }),
    }),
  },
  { name: 'AuditLogEdge', description: 'An entry and its place.' },
);

/** A page of an organization's log as a connection. */
export async function auditLogConnection(
  session: Session,
  organizationId: OrganizationId,
  input: ListAuditLogsInput,
) {
  const page = await listAuditLogs(session, organizationId, input);
  const cursorOf = ({ createdAt, sequence }: Entry) =>
    encodeCursor({ createdAtMs: createdAt.getTime(), sequence, asOf: page.asOf });
  return { ...connectionOf(page, cursorOf), total: page.total, asOf: page.asOf };
}

const FILTER = 'Which entries; absent = all.';
const QUERY =
  'The same in words, together with the filter: action:schedule.* actor:ada@example.com scope:cost,scheduling -outcome:failure type:user resource:sch_1 created:2026-03-01..2026-03-15 "text in details". Days are UTC; at most 2,000 characters and 50 terms.';
const AS_OF =
  'The snapshot, as the connection’s asOf says it: nothing recorded after this sequence. Default: that of the cursor, else all that is recorded. BAD_USER_INPUT beyond the last sequence.';
const ORDER = 'Default: newest first by createdAt. Entries of one instant follow their sequence.';

builder.objectField(Organization, 'auditLogs', (t) =>
  t.connection(
    {
      type: AuditLog,
      description: 'The organization’s log. Needs auditLog:read; a denied attempt is recorded.',
      args: {
        filter: t.arg({ type: AuditLogFilter, description: FILTER }),
        query: t.arg.string({ description: QUERY }),
        orderBy: t.arg({ type: AuditLogOrder, description: ORDER }),
        asOf: t.arg({ type: 'SafeInt', description: AS_OF }),
      },
      complexity: pageCost,
      resolve: ({ id }, args, { session }, info) =>
        auditLogConnection(session, id as OrganizationId, {
          ...args,
          ...selectedBelow(info),
        }),
    },
    AuditLogConnection,
  ),
);

const AuditAction = builder.objectRef<Action>('AuditAction').implement({
  description: 'An action that this server itself records.',
  fields: (t) => ({
    action: t.exposeString('action', { description: 'As it stands in AuditLog.action.' }),
    scope: t.expose('scope', { type: ProductScope, description: 'The scope of its entries.' }),
    resourceType: t.exposeString('resourceType', {
      nullable: true,
      description: 'What it is done to.',
    }),
    description: t.exposeString('description', { description: 'What it means.' }),
  }),
});

builder.queryFields((t) => ({
  auditLogs: t.connection(
    {
      type: AuditLog,
      description:
        'The log of one organization (by default the current one), newest first. Needs auditLog:read; a denied attempt is recorded.',
      args: {
        organizationId: t.arg.id({ description: 'Default: the current organization.' }),
        filter: t.arg({ type: AuditLogFilter, description: FILTER }),
        query: t.arg.string({ description: QUERY }),
        orderBy: t.arg({ type: AuditLogOrder, description: ORDER }),
        asOf: t.arg({ type: 'SafeInt', description: AS_OF }),
      },
      complexity: pageCost,
      resolve: async (_root, { organizationId, ...input }, { session }, info) =>
        auditLogConnection(session, await selectedOrganizationId(session, organizationId), {
          ...input,
          ...selectedBelow(info),
        }),
    },
    AuditLogConnection,
  ),
  auditLog: t.field({
    type: AuditLog,
    nullable: true,
    description: 'One entry; null when it does not exist or is not yours to read.',
    args: { id: t.arg.id({ required: true, description: 'Its id, log_….' }) },
    resolve: (_root, { id }, { load }) => load.auditLog.load(auditLogId(id)),
  }),
  auditActions: t.field({
    type: [AuditAction],
    description: 'The catalogue of every action that this server itself records.',
    args: { scopes: t.arg({ type: [ProductScope], description: 'Only these; absent = all.' }) },
    resolve: (_root, { scopes }) => listAuditActions(scopes),
  }),
}));
