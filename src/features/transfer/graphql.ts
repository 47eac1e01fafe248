import { builder } from '../../graphql/builder.ts';
import { OwnershipOfferStatus } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import { Viewer } from '../identity/graphql.ts';
import { Organization } from '../organization/graphql.ts';
import { offerStatus, offersWaiting } from './ownership-offer.ts';

/** An owner's offer to hand over. */
export const OwnershipOffer = builder.prismaObject('OwnershipOffer', {
  description:
    'An owner’s offer of the ownership to another member. Seen by that member and by the owners.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with ofr_.' }),
    organizationId: t.exposeID('organizationId', { description: 'What is offered.' }),
    from: t.expose('fromEmail', {
      type: 'EmailAddress',
      description: 'The owner who offers, as they were addressed then.',
    }),
    to: t.expose('toEmail', {
      type: 'EmailAddress',
      description: 'The member it is for, as they were addressed then.',
    }),
    toUserId: t.exposeID('toUserId', { description: 'The member it is for.' }),
    status: t.field({
      type: OwnershipOfferStatus,
      description: 'What became of it.',
      resolve: (offer, _args, { session }) => offerStatus(offer, session.clock()),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'From when it cannot be accepted any more; 7 days after it was made.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was answered or taken back; null otherwise.',
    }),
  }),
});

builder.objectField(Organization, 'ownershipOffer', (t) =>
  t.field({
    type: OwnershipOffer,
    nullable: true,
    description:
      'The open offer of its ownership; null when there is none, or it is not yours to see.',
    resolve: ({ id }, _args, { load }) => load.openOffer.load(id),
  }),
);

builder.objectField(Viewer, 'ownershipOffers', (t) =>
  t.field({
    type: [OwnershipOffer],
    description: 'The open offers to the caller, oldest first, at most 100.',
    resolve: (session) => offersWaiting(session),
  }),
);
