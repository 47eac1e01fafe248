import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { InvitationStatus, Role } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { CountedPage } from '../../kernel/paging.ts';
import type { Role as RoleName } from '../../kernel/vocabulary.ts';
import { Viewer } from '../identity/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import { invitationStatus, type Invitation as Row } from './invitation.ts';
import { invitationsWaiting, listInvitations } from './list-invitations.ts';

/** An asking of one address to become a member. */
export const Invitation = builder.objectRef<Row>('Invitation').implement({
  description:
    'An asking of one address to become a member. Seen by who manages invitations, and by the invited person while it is open.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with inv_.' }),
    organizationId: t.exposeID('organizationId', { description: 'Of what.' }),
    organizationName: t.string({
      description: 'Its name, which the invited person may read before they accept.',
      resolve: ({ organization }) => organization.name,
    }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: 'Who is invited: only the bearer of a token with this address may answer.',
    }),
    role: t.field({
      type: Role,
      description: 'What they become.',
      resolve: ({ role }) => role as RoleName,
    }),
    status: t.field({
      type: InvitationStatus,
      description: 'What became of it.',
      resolve: (invitation, _args, { session }) => invitationStatus(invitation, session.clock()),
    }),
    invitedBy: t.expose('invitedByEmail', {
      type: 'EmailAddress',
      description: 'Who invited, as they were addressed then.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'From when it cannot be accepted any more.',
    }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the mail server took the newest mail; null = not yet, it is tried again.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was answered, taken back or replaced; null otherwise.',
    }),
  }),
});

const InvitationConnection = builder.connectionObject(
  {
    type: Invitation,
    name: 'InvitationConnection',
    description: 'A page of invitations.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'InvitationEdge', description: 'An invitation and its place.' },
);

async function connected(reading: Promise<CountedPage<Row>>) {
  const page = await reading;
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

builder.objectField(Organization, 'invitations', (t) =>
  t.connection(
    {
      type: Invitation,
      description: 'The organization’s invitations, oldest first. Needs invitation:manage.',
      args: { status: t.arg({ type: InvitationStatus, description: 'Only of this status.' }) },
      complexity: pageCost,
      resolve: ({ id }, args, { session }) =>
        connected(listInvitations(session, id as OrganizationId, args)),
    },
    InvitationConnection,
  ),
);

builder.objectField(Viewer, 'invitations', (t) =>
  t.connection(
    {
      type: Invitation,
      description: 'The open invitations to the caller’s address, oldest first.',
      complexity: pageCost,
      resolve: (session, paging) => connected(invitationsWaiting(session, paging)),
    },
    InvitationConnection,
  ),
);
