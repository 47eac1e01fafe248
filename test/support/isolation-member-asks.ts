import { schema } from '../../src/schema.ts';
import { selectionOf } from './isolation-schema.ts';
import type { Ask, Target } from './isolation-tenant.ts';

const input = (fields: object) => ({ input: fields });
const organization = ({ nodes }: Target) => ({ organizationId: nodes['Organization'] });
const member = (target: Target) => ({ ...organization(target), userId: target.nodes['User'] });
const onInvitation: Ask = ({ nodes }) => input({ invitationId: nodes['Invitation'] });
const onOffer: Ask = ({ nodes }) => input({ offerId: nodes['OwnershipOffer'] });

/** The asks of what has to do with members, invitations and ownership. */
export const MEMBER_ASKS: Record<string, readonly Ask[]> = {
  'Query.rolePermissions': [() => ({})],
  'Mutation.revokeOwnershipOffer': [onOffer],
  'Mutation.offerOwnership': [(target) => input(member(target))],
  'Mutation.acceptOwnership': [onOffer],
  'Mutation.declineOwnership': [onOffer],
  'Mutation.createInvitation': [
    (target) => input({ ...organization(target), email: 'new@example.com', role: 'MEMBER' }),
    (target) =>
      input({ ...organization(target), email: 'canary-invited@example.com', role: 'MEMBER' }),
    (target) => input({ ...organization(target), email: target.email, role: 'MEMBER' }),
  ],
  'Mutation.resendInvitation': [onInvitation],
  'Mutation.revokeInvitation': [onInvitation],
  'Mutation.acceptInvitation': [onInvitation],
  'Mutation.declineInvitation': [onInvitation],
  'Mutation.changeMemberRole': [
    (target) => input({ ...member(target), role: 'AUDITOR' }),
    (target) => input({ ...member(target), role: 'MEMBER' }),
  ],
  'Mutation.removeMember': [(target) => input(member(target))],
  'Mutation.leaveOrganization': [(target) => input(organization(target))],
};

const selectionBelow = (type: string) => selectionOf(schema.getType(type) as never, ['Query']);
const inOrganization: Ask = ({ nodes }) => ({ id: nodes['Organization'] });

/** The same for the fields below the roots. */
export const MEMBER_NESTED: Record<string, { document: string; variables: Ask }> = {
  'Organization.members': {
    document: `query($id: ID!) { organization(id: $id) { members(first: 2) ${selectionBelow('MemberConnection')} } }`,
    variables: inOrganization,
  },
  'Organization.invitations': {
    document: `query($id: ID!) { organization(id: $id) { invitations(first: 2) ${selectionBelow('InvitationConnection')} } }`,
    variables: inOrganization,
  },
  'Viewer.memberships': {
    document: `query($after: String) { viewer { memberships(first: 2, after: $after) ${selectionBelow('MemberConnection')} } }`,
    variables: ({ nodes }) => ({ after: nodes['Organization'] }),
  },
  'Viewer.invitations': {
    document: `query($after: String) { viewer { invitations(first: 2, after: $after) ${selectionBelow('InvitationConnection')} } }`,
    variables: ({ nodes }) => ({ after: nodes['Invitation'] }),
  },
};
