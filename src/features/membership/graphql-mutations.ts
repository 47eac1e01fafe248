import { builder, Query } from '../../graphql/builder.ts';
import { Role } from '../../graphql/enums.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { changeMemberRole } from './change-member-role.ts';
import { Member } from './graphql.ts';
import { leaveOrganization } from './leave-organization.ts';
import { LastOwnerError, RoleNotGrantableError, UnknownMemberError } from './member-rules.ts';
import type { Member as Row } from './membership.ts';
import { removeMember } from './remove-member.ts';

builder.objectType(LastOwnerError, {
  name: 'LastOwnerError',
  description: 'The organization would be left without an owner. Code LAST_OWNER.',
  interfaces: [ErrorInterface],
});

builder.objectType(RoleNotGrantableError, {
  name: 'RoleNotGrantableError',
  description: 'Only owners make, demote and remove owners. Code ROLE_NOT_GRANTABLE.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    role: t.field({
      type: Role,
      description: 'The role that the caller may neither give nor take.',
      resolve: ({ role }) => role,
    }),
  }),
});

builder.objectType(UnknownMemberError, {
  name: 'UnknownMemberError',
  description: 'Nobody with this id is a member of the organization. Code UNKNOWN_MEMBER.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id that was given.' }),
  }),
});

const CURRENT = 'Default: the current organization (see currentOrganization).';
const WHO = 'The member’s user id, usr_….';
const QUERY = 'Anything else to read in the same round trip.';

const ChangeInput = builder.inputType('ChangeMemberRoleInput', {
  description: 'Which member, and what they become.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    userId: t.id({ required: true, description: WHO }),
    role: t.field({ type: Role, required: true, description: 'The new role.' }),
  }),
});

const RemoveInput = builder.inputType('RemoveMemberInput', {
  description: 'Which member to remove.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    userId: t.id({ required: true, description: WHO }),
  }),
});

const LeaveInput = builder.inputType('LeaveOrganizationInput', {
  description: 'Which organization to leave.',
  fields: (t) => ({ organizationId: t.id({ required: true, description: 'Its id.' }) }),
});

const ChangeSuccess = builder.objectRef<{ member: Row }>('ChangeMemberRoleSuccess').implement({
  description: 'The member has the role.',
  fields: (t) => ({
    member: t.field({
      type: Member,
      description: 'The member as they are now.',
      resolve: ({ member }) => member,
    }),
    query: t.field({ type: Query, description: QUERY, resolve: () => ({}) }),
  }),
});

const RemoveSuccess = builder
  .objectRef<{ organizationId: string; userId: string }>('RemoveMemberSuccess')
  .implement({
    description: 'The person is no member any more.',
    fields: (t) => ({
      organizationId: t.exposeID('organizationId', { description: 'Of which organization.' }),
      userId: t.exposeID('userId', { description: 'Who it was.' }),
      query: t.field({ type: Query, description: QUERY, resolve: () => ({}) }),
    }),
  });

const LeaveSuccess = builder
  .objectRef<{ organizationId: string }>('LeaveOrganizationSuccess')
  .implement({
    description: 'You are no member any more.',
    fields: (t) => ({
      organizationId: t.exposeID('organizationId', { description: 'Of which organization.' }),
      query: t.field({ type: Query, description: QUERY, resolve: () => ({}) }),
    }),
  });

builder.mutationFields((t) => ({
  changeMemberRole: t.field({
    type: ChangeSuccess,
    description:
      'Gives a member another role. Needs member:manage; only owners make and demote owners. Records member.roleChanged, and ownership.offerRevoked for an open offer from or to them. Refuses the last owner’s demotion.',
    errors: {
      types: [InvalidInputError, LastOwnerError, RoleNotGrantableError, UnknownMemberError],
    },
    args: { input: t.arg({ type: ChangeInput, required: true, description: 'Who, and what.' }) },
    resolve: async (_root, { input }, { session }) => ({
      member: await changeMemberRole(session, input),
    }),
  }),
  removeMember: t.field({
    type: RemoveSuccess,
    description:
      'Removes a member. Needs member:manage; only owners remove owners. Records member.removed, team.member.removed for each of their teams, and ownership.offerRevoked for an open offer from or to them. Refuses the last owner’s removal.',
    errors: {
      types: [InvalidInputError, LastOwnerError, RoleNotGrantableError, UnknownMemberError],
    },
    args: { input: t.arg({ type: RemoveInput, required: true, description: 'Who.' }) },
    resolve: (_root, { input }, { session }) => removeMember(session, input),
  }),
  leaveOrganization: t.field({
    type: LeaveSuccess,
    description:
      'Ends your own membership. Needs membership:own, which every role holds. Records member.left, and the same beside it as removeMember. Refuses the last owner, and API keys.',
    errors: { types: [InvalidInputError, LastOwnerError] },
    args: { input: t.arg({ type: LeaveInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => leaveOrganization(session, input),
  }),
}));
