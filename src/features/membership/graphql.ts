import { builder } from '../../graphql/builder.ts';
import { pageCost } from '../../graphql/complexity.ts';
import { connectionOf } from '../../graphql/connection.ts';
import { Role } from '../../graphql/enums.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { PageArguments } from '../../kernel/paging.ts';
import { holds, PERMISSIONS } from '../../kernel/permission.ts';
import { ROLES, type Role as RoleName } from '../../kernel/vocabulary.ts';
import type { Session } from '../../ledger/session.ts';
import { User, Viewer } from '../identity/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import { listMembers, type MembersFilter } from './list-members.ts';
import type { Member as Row } from './membership.ts';
import { viewerMemberships } from './viewer-memberships.ts';

/** A person's place in an organization. */
export const Member = builder.objectRef<Row>('Member').implement({
  description: 'A person’s place in an organization.',
  fields: (t) => ({
    user: t.field({ type: User, description: 'The person.', resolve: ({ user }) => user }),
    organization: t.field({
      type: Organization,
      description: 'What they are a member of.',
      resolve: ({ organization }) => organization,
    }),
    role: t.field({
      type: Role,
      description: 'What they may do there.',
      resolve: ({ role }) => role as RoleName,
    }),
    joinedAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
  }),
});

const MemberConnection = builder.connectionObject(
  {
    type: Member,
    name: 'MemberConnection',
    description: 'A page of members.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many there are in all pages; counted only when selected.',
        resolve: async ({ total }) => (await total()).count,
      }),
    }),
  },
  { name: 'MemberEdge', description: 'A member and their place.' },
);

async function memberConnection(
  session: Session,
  organizationId: string,
  args: MembersFilter & PageArguments,
) {
  const page = await listMembers(session, organizationId as OrganizationId, args);
  return { ...connectionOf(page, ({ userId }) => userId), total: page.total };
}

builder.objectField(Organization, 'members', (t) =>
  t.connection(
    {
      type: Member,
      description:
        'The organization’s members, in the order in which their accounts were made. Needs organization:read.',
      args: {
        role: t.arg({ type: Role, description: 'Only members of this role.' }),
        search: t.arg.string({
          description: 'Only members whose name or address contains this text, whatever the case.',
        }),
      },
      complexity: pageCost,
      resolve: ({ id }, args, { session }) => memberConnection(session, id, args),
    },
    MemberConnection,
  ),
);

async function membershipConnection(session: Session, paging: PageArguments) {
  const page = await viewerMemberships(session, paging);
  return { ...connectionOf(page, ({ organizationId }) => organizationId), total: page.total };
}

builder.objectField(Viewer, 'memberships', (t) =>
  t.connection(
    {
      type: Member,
      description: 'The caller’s own memberships, oldest organization first; none for an API key.',
      complexity: pageCost,
      resolve: (session, paging) => membershipConnection(session, paging),
    },
    MemberConnection,
  ),
);

const RolePermissions = builder.objectRef<RoleName>('RolePermissions').implement({
  description: 'A role, and what it may do.',
  fields: (t) => ({
    role: t.field({ type: Role, description: 'The role.', resolve: (role) => role }),
    permissions: t.stringList({
      description:
        'Its permissions. MEMBER also holds auditLog:read where membersMayReadAuditLog says so.',
      resolve: (role) => PERMISSIONS.filter((permission) => holds(role, permission)),
    }),
  }),
});

builder.queryField('rolePermissions', (t) =>
  t.field({
    type: [RolePermissions],
    description:
      'Every role with its permissions, strongest first: the table that the server uses.',
    resolve: () => [...ROLES],
  }),
);
