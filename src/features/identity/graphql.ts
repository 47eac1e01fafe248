import { builder } from '../../graphql/builder.ts';
import { ActorType } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import type { Session } from '../../ledger/session.ts';
import { viewerUser } from './viewer.ts';

/** A person with an account. */
export const User = builder.prismaObject('User', {
  description:
    'A person, made when a token first spoke for them. Seen by themselves and by those who share an organization with them.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with usr_.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: 'As the newest token says. Entries keep the address of their time.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'As the newest token says.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When a token first spoke for them.',
    }),
  }),
});

/** Whoever the token speaks for. */
export const Viewer = builder.objectRef<Session>('Viewer').implement({
  description: 'Whoever the token or API key of this request speaks for.',
  fields: (t) => ({
    type: t.field({
      type: ActorType,
      description: 'USER for a person’s token, API_KEY for a key.',
      resolve: ({ actor }) => actor.type,
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The person; null for an API key.',
      resolve: (session) => viewerUser(session),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who am I: whoever the token or API key speaks for.',
    resolve: (_root, _args, { session }) => session,
  }),
);
