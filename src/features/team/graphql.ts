import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { OrganizationId, TeamId } from '../../kernel/ids.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { AuditLog, AuditLogConnection, auditLogConnection } from '../audit-log/graphql.ts';
import { AuditLogFilter, AuditLogOrder } from '../audit-log/graphql-inputs.ts';
import { User } from '../identity/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import { listTeamMembers, listTeams } from './list-teams.ts';
import type { Team as Row } from './team.ts';

/** A group of an organization's members. */
export const Team = builder.prismaObject('Team', {
  description: 'A group of an organization’s members. Seen by whoever sees the organization.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with team_.' }),
    name: t.exposeString('name', {
      description: '1 to 100 characters; unique in the organization, whatever the letter case.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it was last renamed.',
    }),
  }),
});

const TeamConnection = builder.connectionObject(
  {
    type: Team,
    name: 'TeamConnection',
    description: 'A page of teams.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many teams there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'TeamEdge', description: 'A team and its place.' },
);

const TeamMemberConnection = builder.connectionObject(
  {
    type: User,
    name: 'TeamMemberConnection',
    description: 'A page of a team’s members.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many members there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'TeamMemberEdge', description: 'A member and their place.' },
);

async function teamConnection(session: Session, organizationId: string, paging: PageArguments) {
  const page = await listTeams(session, organizationId as OrganizationId, paging);
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

async function memberConnection(session: Session, team: Row, paging: PageArguments) {
  const place = { id: team.id as TeamId, organizationId: team.organizationId as OrganizationId };
  const page = await listTeamMembers(session, place, paging);
  return { ...connectionOf(page, ({ id }) => id), total: page.total };
}

builder.objectField(Organization, 'teams', (t) =>
  t.connection(
    {
      type: Team,
      description: 'The organization’s teams, oldest first.',
      complexity: pageCost,
      resolve: ({ id }, paging, { session }) => teamConnection(session, id, paging),
    },
    TeamConnection,
  ),
);

builder.objectFields(Team, (t) => ({
  organization: t.field({
    type: Organization,
    nullable: true,
    description: 'Whose team it is.',
    resolve: ({ organizationId }, _args, { load }) =>
      load.organization.load(organizationId as OrganizationId),
  }),
  members: t.connection(
    {
      type: User,
      description: 'Who is in it, oldest account first.',
      complexity: pageCost,
      resolve: (team, paging, { session }) => memberConnection(session, team, paging),
    },
    TeamMemberConnection,
  ),
  auditLogs: t.connection(
    {
      type: AuditLog,
      description:
        'The team’s trail: every entry of what was done to it. Needs auditLog:read; a denied attempt is recorded.',
      args: {
        filter: t.arg({ type: AuditLogFilter, description: 'Which of them; absent = all.' }),
        orderBy: t.arg({ type: AuditLogOrder, description: 'Default: newest first by createdAt.' }),
      },
      complexity: pageCost,
      resolve: ({ id, organizationId }, args, { session }) =>
        auditLogConnection(session, organizationId as OrganizationId, {
          ...args,
          about: { resourceUID: id, email: null },
        }),
    },
    AuditLogConnection,
  ),
}));
