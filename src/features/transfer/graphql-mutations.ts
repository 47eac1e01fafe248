import { builder, Query } from '../../graphql/builder.ts';
import { ClosedReason } from '../../graphql/enums.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { UnknownMemberError } from '../membership/member-rules.ts';
import { acceptOwnership, declineOwnership } from './answer-ownership-offer.ts';
import { OwnershipOffer } from './graphql.ts';
import { offerOwnership } from './offer-ownership.ts';
import {
  OwnershipOfferClosedError,
  OwnershipOfferedError,
  type OwnershipOffer as Row,
} from './ownership-offer.ts';
import { revokeOwnershipOffer } from './revoke-ownership-offer.ts';

builder.objectType(OwnershipOfferClosedError, {
  name: 'OwnershipOfferClosedError',
  description: 'The offer cannot be answered or taken back. Code OWNERSHIP_OFFER_CLOSED.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reason: t.field({
      type: ClosedReason,
      description: 'Why.',
      resolve: ({ reason }) => reason,
    }),
  }),
});

builder.objectType(OwnershipOfferedError, {
  name: 'OwnershipOfferedError',
  description: 'The ownership is on offer already. Code OWNERSHIP_OFFERED.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    offerId: t.exposeID('offerId', { description: 'The open offer.' }),
  }),
});

const OfferInput = builder.inputType('OfferOwnershipInput', {
  description: 'To whom to offer the ownership.',
  fields: (t) => ({
    organizationId: t.id({
      description: 'Default: the current organization (see currentOrganization).',
    }),
    userId: t.id({ required: true, description: 'A member’s user id, usr_….' }),
  }),
});

/** The input of a mutation of one offer. */
const inputOf = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ offerId: t.id({ required: true, description: 'The offer’s id, ofr_….' }) }),
  });

const AcceptInput = inputOf('AcceptOwnershipInput', 'Which offer to accept.');
const DeclineInput = inputOf('DeclineOwnershipInput', 'Which offer to decline.');
const RevokeInput = inputOf('RevokeOwnershipOfferInput', 'Which offer to take back.');

/** What a mutation of one offer answers when it went well. */
const successOf = (name: string, description: string) =>
  builder.objectRef<{ ownershipOffer: Row }>(name).implement({
    description,
    fields: (t) => ({
      ownershipOffer: t.field({
        type: OwnershipOffer,
        description: 'The offer as it is now.',
        resolve: ({ ownershipOffer }) => ownershipOffer,
      }),
      query: t.field({
        type: Query,
        description: 'Anything else to read in the same round trip.',
        resolve: () => ({}),
      }),
    }),
  });

const succeed = async (offer: Promise<Row>) => ({ ownershipOffer: await offer });

const OfferSuccess = successOf('OfferOwnershipSuccess', 'It is offered.');
const AcceptSuccess = successOf('AcceptOwnershipSuccess', 'You own the organization.');
const DeclineSuccess = successOf('DeclineOwnershipSuccess', 'It is declined.');
const RevokeSuccess = successOf('RevokeOwnershipOfferSuccess', 'It is taken back.');

builder.mutationFields((t) => ({
  offerOwnership: t.field({
    type: OfferSuccess,
    description:
      'Offers the ownership to another member, for 7 days; nothing changes until they accept. Needs organization:transfer. Records ownership.offered. Refuses a second offer beside an open one, and API keys.',
    errors: { types: [InvalidInputError, UnknownMemberError, OwnershipOfferedError] },
    args: { input: t.arg({ type: OfferInput, required: true, description: 'To whom.' }) },
    resolve: (_root, { input }, { session }) => succeed(offerOwnership(session, input)),
  }),
  acceptOwnership: t.field({
    type: AcceptSuccess,
    description:
      'Accepts an offer made to you: you become an owner and the one who offered an admin, in one step. Needs membership:own. Records ownership.transferred.',
    errors: { types: [InvalidInputError, OwnershipOfferClosedError] },
    args: { input: t.arg({ type: AcceptInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(acceptOwnership(session, input)),
  }),
  declineOwnership: t.field({
    type: DeclineSuccess,
    description:
      'Declines an offer made to you. Needs membership:own. Records ownership.offerDeclined.',
    errors: { types: [InvalidInputError, OwnershipOfferClosedError] },
    args: { input: t.arg({ type: DeclineInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(declineOwnership(session, input)),
  }),
  revokeOwnershipOffer: t.field({
    type: RevokeSuccess,
    description:
      'Takes back an open offer. Needs organization:transfer. Records ownership.offerRevoked.',
    errors: { types: [InvalidInputError, OwnershipOfferClosedError] },
    args: { input: t.arg({ type: RevokeInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(revokeOwnershipOffer(session, input)),
  }),
}));
