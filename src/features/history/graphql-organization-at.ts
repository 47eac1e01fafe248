import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { Role } from '../../graphql/enums.ts';
import type { UserId } from '../../kernel/ids.ts';
import { User } from '../identity/graphql.ts';
import { OrganizationSettings } from '../organization/graphql.ts';
import { membersAt } from './members-at.ts';
import { organizationAt, type OrganizationAt as Snapshot } from './organization-at.ts';

const MemberAt = builder.objectRef<Snapshot['members'][number]>('MemberAt').implement({
  description: 'A member of an organization at an instant.',
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id of their account.' }),
    role: t.expose('role', { type: Role, description: 'What they were then.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      nullable: true,
      description:
        'Their address now, or for one who has left since the address they left with; null where the log does not say.',
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'Their account, where it is one that you may see.',
      resolve: ({ userId }, _args, { load }) => load.user.load(userId as UserId),
    }),
  }),
});

const MemberAtConnection = builder.connectionObject(
  {
    type: MemberAt,
    name: 'MemberAtConnection',
    description: 'A page of the members of an organization at an instant.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many members there were in all pages.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'MemberAtEdge', description: 'A member then, and their place.' },
);

const OrganizationAt = builder.objectRef<Snapshot>('OrganizationAt').implement({
  description:
    'An organization as it was at an instant: the present one with every later change undone, by the changes in its log.',
  fields: (t) => ({
    organizationId: t.exposeID('organizationId', { description: 'Whose past it is.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The instant.' }),
    name: t.exposeString('name', { description: 'Its name then.' }),
    slug: t.exposeString('slug', { description: 'Its slug then.' }),
    settings: t.field({
      type: OrganizationSettings,
      description: 'Its settings then.',
      resolve: ({ settings }) => settings,
    }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'Its free data then.' }),
    members: t.connection(
      {
        type: MemberAt,
        description: 'Who was a member then, and as what; oldest account first.',
        complexity: pageCost,
        resolve: ({ members }, paging, { session }) => {
          const page = membersAt(session, members, paging);
          return {
            ...connectionOf(page, ({ userId }) => userId),
            total: async () => ({ count: members.length, isCapped: false }),
          };
        },
      },
      MemberAtConnection,
    ),
  }),
});

builder.queryField('organizationAt', (t) =>
  t.field({
    type: OrganizationAt,
    nullable: true,
    description:
      'An organization as it was at an instant; null when it did not exist yet. Needs auditLog:read; a denied attempt is recorded.',
    args: {
      id: t.arg.id({ required: true, description: 'Its id.' }),
      at: t.arg({
        type: 'DateTime',
        required: true,
        description: 'The instant, not in the future: every entry recorded until then counts.',
      }),
    },
    resolve: (_root, args, { session }) => organizationAt(session, args),
  }),
);
