import { builder } from '../../graphql/builder.ts';
import { ClosedReason } from '../../graphql/enums.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationClosedError,
  InvitationLimitError,
} from './invitation-refusals.ts';

builder.objectType(AlreadyMemberError, {
  name: 'AlreadyMemberError',
  description: 'The address is a member’s already. Code ALREADY_MEMBER.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    email: t.expose('email', { type: 'EmailAddress', description: 'The address.' }),
  }),
});

builder.objectType(AlreadyInvitedError, {
  name: 'AlreadyInvitedError',
  description: 'The address has an open invitation. Code ALREADY_INVITED.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    invitationId: t.exposeID('invitationId', { description: 'The open invitation.' }),
  }),
});

builder.objectType(InvitationLimitError, {
  name: 'InvitationLimitError',
  description: 'The organization may not invite more now. Code INVITATION_LIMIT.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ limit: t.exposeInt('limit', { description: 'How many it may.' }) }),
});

builder.objectType(InvitationClosedError, {
  name: 'InvitationClosedError',
  description: 'The invitation cannot be answered or changed. Code INVITATION_CLOSED.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reason: t.field({
      type: ClosedReason,
      description: 'Why.',
      resolve: ({ reason }) => reason,
    }),
  }),
});
