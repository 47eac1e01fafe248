import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId, UserId } from '../../kernel/ids.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { User } from '../identity/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import type { LegalHold as Row } from './legal-hold.ts';
import { listLegalHolds } from './list-legal-holds.ts';

/** An order to keep entries. */
export const LegalHold = builder.objectRef<Row>('LegalHold').implement({
  description:
    'An order to keep entries: neither retention nor erasure takes one that it covers, recorded before it or after. Seen with legalHold:read.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with hold_.' }),
    organizationId: t.exposeID('organizationId', { description: 'Over whose log.' }),
    filter: t.field({
      type: 'JSONObject',
      description:
        'Which entries, as an AuditLogFilter without what restricts nothing; {} = the whole log.',
      resolve: ({ filter }) => JSON.parse(filter) as Record<string, unknown>,
    }),
    reason: t.exposeString('reason', { description: 'Why they are to be kept.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    createdBy: t.field({
      type: User,
      nullable: true,
      description: 'The person who made it, where there is one that you may see.',
      resolve: ({ createdById }, _args, { load }) =>
        createdById ? load.user.load(createdById as UserId) : null,
    }),
  }),
});

const LegalHoldConnection = builder.connectionObject(
  {
    type: LegalHold,
    name: 'LegalHoldConnection',
    description: 'A page of legal holds.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many stand, in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'LegalHoldEdge', description: 'A hold and its place.' },
);

async function connected(session: Session, organizationId: string, paging: PageArguments) {
  const page = await listLegalHolds(session, organizationId as OrganizationId, paging);
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

builder.objectField(Organization, 'legalHolds', (t) =>
  t.connection(
    {
      type: LegalHold,
      description:
        'The legal holds that stand over the organization’s log, oldest first. Needs legalHold:read; a denied attempt is recorded.',
      complexity: pageCost,
      resolve: ({ id }, paging, { session }) => connected(session, id, paging),
    },
    LegalHoldConnection,
  ),
);
