import type { Client } from './client.ts';
import { call, invite, join, userIdOf } from './members.ts';

/** One valid call of a mutation, what must hold before it, and the entries it leaves. */
interface MemberCall {
  readonly document: (id: string) => string;
  readonly prepare: (client: Client, id: string) => Promise<unknown>;
  readonly leaves: readonly string[];
}

const OFFER = 'ownershipOffer { id }';

/** Every mutation of members, invitations and ownership, as a call of the organization's owner. */
export function memberCalls(as: (name: string) => Client): Record<string, MemberCall> {
  const bob = as('bob');
  /** The id that `prepare` found, for the call after it. */
  let found = '';
  const after =
    (prepare: (client: Client, id: string) => Promise<string>) =>
    async (client: Client, id: string) => {
      found = await prepare(client, id);
    };
  const joined = (role: string) => after((client, id) => join(client, as, id, 'bob', role));
  const invited = after(async (client, id) => (await invite(client, id, 'bob', 'MEMBER')).id);
  const offeredBy = async (client: Client, organizationId: string, userId: string) =>
    (await call(client, 'offerOwnership', { organizationId, userId }, OFFER)).ownershipOffer.id;
  /** The caller leaves, and is asked to come back by the one who stayed. */
  const askedBack = after(async (client, id) => {
    await join(client, as, id, 'bob', 'OWNER');
    await call(client, 'leaveOrganization', { organizationId: id });
    return (await invite(bob, id, 'ada', 'ADMIN')).id;
  });
  /** The caller is an admin, and is offered the ownership. */
  const offered = after(async (client, id) => {
    await join(client, as, id, 'bob', 'OWNER');
    const userId = await userIdOf(client);
    await call(bob, 'changeMemberRole', { organizationId: id, userId, role: 'ADMIN' });
    return offeredBy(bob, id, userId);
  });
  const document = (name: string, input: (id: string) => string) => (id: string) =>
    `mutation { ${name}(input: { ${input(id)} }) { __typename } }`;
  const onFound = (name: string, key: string) => document(name, () => `${key}: "${found}"`);
  const user = (id: string) => `organizationId: "${id}", userId: "${found}"`;
  return {
    changeMemberRole: {
      prepare: joined('MEMBER'),
      document: document('changeMemberRole', (id) => `${user(id)}, role: AUDITOR`),
      leaves: ['member.roleChanged'],
    },
    removeMember: {
      prepare: joined('MEMBER'),
      document: document('removeMember', user),
      leaves: ['member.removed'],
    },
    leaveOrganization: {
      prepare: joined('OWNER'),
      document: document('leaveOrganization', (id) => `organizationId: "${id}"`),
      leaves: ['member.left'],
    },
    createInvitation: {
      prepare: invited,
      document: document(
        'createInvitation',
        (id) => `organizationId: "${id}", email: "bob@example.com", role: ADMIN, replace: true`,
      ),
      leaves: ['invitation.created', 'invitation.replaced'],
    },
    resendInvitation: {
      prepare: invited,
      document: onFound('resendInvitation', 'invitationId'),
      leaves: ['invitation.resent'],
    },
    revokeInvitation: {
      prepare: invited,
      document: onFound('revokeInvitation', 'invitationId'),
      leaves: ['invitation.revoked'],
    },
    acceptInvitation: {
      prepare: askedBack,
      document: onFound('acceptInvitation', 'invitationId'),
      leaves: ['invitation.accepted', 'member.joined'],
    },
    declineInvitation: {
      prepare: askedBack,
      document: onFound('declineInvitation', 'invitationId'),
      leaves: ['invitation.declined'],
    },
    offerOwnership: {
      prepare: joined('MEMBER'),
      document: document('offerOwnership', user),
      leaves: ['ownership.offered'],
    },
    acceptOwnership: {
      prepare: offered,
      document: onFound('acceptOwnership', 'offerId'),
      leaves: ['ownership.transferred'],
    },
    declineOwnership: {
      prepare: offered,
      document: onFound('declineOwnership', 'offerId'),
      leaves: ['ownership.offerDeclined'],
    },
    revokeOwnershipOffer: {
      prepare: after(async (client, id) =>
        offeredBy(client, id, await join(client, as, id, 'bob', 'MEMBER')),
      ),
      document: onFound('revokeOwnershipOffer', 'offerId'),
      leaves: ['ownership.offerRevoked'],
    },
  };
}
