import { builder } from '../../graphql/builder.ts';
import { deletionImpact, type DeletionImpact as Impact } from './deletion-impact.ts';
import { Organization } from './graphql.ts';

const DeletionImpact = builder.objectRef<Impact>('DeletionImpact').implement({
  description: 'What the deletion of an organization would remove, and what it would leave.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      description: 'The organization; its name is the confirmName of deleteOrganization.',
      resolve: ({ organization }) => organization,
    }),
    memberCount: t.exposeInt('memberCount', {
      description: 'Memberships that would go; the people’s accounts stay.',
    }),
    invitationCount: t.exposeInt('invitationCount', {
      description: 'Invitations that would go, answered ones among them.',
    }),
    teamCount: t.exposeInt('teamCount', { description: 'Teams that would go.' }),
    resourceCount: t.exposeInt('resourceCount', {
      description: 'Resources that would leave the registry, removed ones among them.',
    }),
    apiKeyCount: t.exposeInt('apiKeyCount', {
      description: 'API keys that would go, revoked ones among them.',
    }),
    keptAuditLogCount: t.expose('keptAuditLogCount', {
      type: 'SafeInt',
      description: 'Entries of the log; they stay.',
    }),
  }),
});

builder.queryField('deletionImpact', (t) =>
  t.field({
    type: DeletionImpact,
    description:
      'What deleteOrganization would remove, counted now; changes nothing. Needs organization:delete; a denied attempt is recorded.',
    args: { organizationId: t.arg.id({ description: 'Default: the current organization.' }) },
    resolve: (_root, { organizationId }, { session }) => deletionImpact(session, organizationId),
  }),
);
