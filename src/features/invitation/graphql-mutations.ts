import { builder, Query } from '../../graphql/builder.ts';
import { Role } from '../../graphql/enums.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { Member } from '../membership/graphql.ts';
import { RoleNotGrantableError } from '../membership/member-rules.ts';
import type { Member as MemberRow } from '../membership/membership.ts';
import { acceptInvitation, declineInvitation } from './answer-invitation.ts';
import { createInvitation } from './create-invitation.ts';
import { Invitation } from './graphql.ts';
import type { Invitation as Row } from './invitation.ts';
import {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationClosedError,
  InvitationLimitError,
} from './invitation-refusals.ts';
import { resendInvitation } from './resend-invitation.ts';
import { revokeInvitation } from './revoke-invitation.ts';

const QUERY = 'Anything else to read in the same round trip.';

const CreateInput = builder.inputType('CreateInvitationInput', {
  description: 'Whom to invite, and as what.',
  fields: (t) => ({
    organizationId: t.id({
      description: 'Default: the current organization (see currentOrganization).',
    }),
    email: t.field({ type: 'EmailAddress', required: true, description: 'Whom.' }),
    role: t.field({
      type: Role,
      required: true,
      description: 'What they become; only owners invite owners.',
    }),
    expiresInDays: t.int({ description: 'From 1 to 30; default 7.' }),
    replace: t.boolean({
      description: 'Whether an open invitation of the address gives way to this one; default no.',
    }),
  }),
});

/** The input of a mutation of one invitation by who manages them. */
const inputOf = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      invitationId: t.id({ required: true, description: 'The invitation’s id, inv_….' }),
    }),
  });

/** The input of an answer. */
const answerInputOf = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      token: t.string({ description: 'The secret of the link in the mail.' }),
      invitationId: t.id({ description: 'Its id instead, see Viewer.invitations.' }),
    }),
  });

const ResendInput = inputOf('ResendInvitationInput', 'Which invitation to mail again.');
const RevokeInput = inputOf('RevokeInvitationInput', 'Which invitation to take back.');
const AcceptInput = answerInputOf('AcceptInvitationInput', 'Which to accept; give one of the two.');
const DeclineInput = answerInputOf('DeclineInvitationInput', 'Which to decline; give one.');

/** What a mutation of one invitation answers when it went well. */
const successOf = (name: string, description: string) =>
  builder.objectRef<{ invitation: Row }>(name).implement({
    description,
    fields: (t) => ({
      invitation: t.field({
        type: Invitation,
        description: 'The invitation as it is now.',
        resolve: ({ invitation }) => invitation,
      }),
      query: t.field({ type: Query, description: QUERY, resolve: () => ({}) }),
    }),
  });

const succeed = async (invitation: Promise<Row>) => ({ invitation: await invitation });

const CreateSuccess = successOf('CreateInvitationSuccess', 'It is made; the mail follows.');
const ResendSuccess = successOf('ResendInvitationSuccess', 'A new mail follows.');
const RevokeSuccess = successOf('RevokeInvitationSuccess', 'It is taken back.');
const DeclineSuccess = successOf('DeclineInvitationSuccess', 'It is declined.');

const AcceptSuccess = builder
  .objectRef<{ member: MemberRow }>('AcceptInvitationSuccess')
  .implement({
    description: 'You are a member.',
    fields: (t) => ({
      member: t.field({
        type: Member,
        description: 'Your membership, with the organization.',
        resolve: ({ member }) => member,
      }),
      query: t.field({ type: Query, description: QUERY, resolve: () => ({}) }),
    }),
  });

const CREATE_REFUSALS = [
  ...[InvalidInputError, AlreadyMemberError, AlreadyInvitedError],
  ...[InvitationLimitError, RoleNotGrantableError],
];

builder.mutationFields((t) => ({
  createInvitation: t.field({
    type: CreateSuccess,
    description:
      'Invites an address. A mail with a secret link follows; while the mail server is out, it waits and is tried again. Needs invitation:manage. Records invitation.created, and invitation.replaced where it replaces one. At most 100 open ones, and 500 made within 24 hours.',
    errors: { types: CREATE_REFUSALS },
    args: { input: t.arg({ type: CreateInput, required: true, description: 'Whom.' }) },
    resolve: (_root, { input }, { session }) => succeed(createInvitation(session, input)),
  }),
  resendInvitation: t.field({
    type: ResendSuccess,
    description:
      'Mails an open or expired invitation again, with a new link and 7 days; earlier links stop working. Needs invitation:manage. Records invitation.resent.',
    errors: { types: [InvalidInputError, InvitationClosedError, RoleNotGrantableError] },
    args: { input: t.arg({ type: ResendInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(resendInvitation(session, input)),
  }),
  revokeInvitation: t.field({
    type: RevokeSuccess,
    description:
      'Takes an open invitation back. Needs invitation:manage. Records invitation.revoked.',
    errors: { types: [InvalidInputError, InvitationClosedError] },
    args: { input: t.arg({ type: RevokeInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(revokeInvitation(session, input)),
  }),
  acceptInvitation: t.field({
    type: AcceptSuccess,
    description:
      'Accepts an invitation to your own address; nobody else can, whatever they know. Records invitation.accepted and member.joined. Refuses API keys.',
    errors: { types: [InvalidInputError, InvitationClosedError, AlreadyMemberError] },
    args: { input: t.arg({ type: AcceptInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, { session }) => ({
      member: await acceptInvitation(session, input),
    }),
  }),
  declineInvitation: t.field({
    type: DeclineSuccess,
    description:
      'Declines an invitation to your own address. Records invitation.declined. Refuses API keys.',
    errors: { types: [InvalidInputError, InvitationClosedError] },
    args: { input: t.arg({ type: DeclineInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(declineInvitation(session, input)),
  }),
}));
