import { builder } from '../../graphql/builder.ts';
import { ProductScope } from '../../graphql/enums.ts';
import { NodeInterface } from '../../graphql/node.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { type ApiKey as Key, permissionsOf, scopesOf } from './access-key.ts';
import { createApiKey } from './create-api-key.ts';

const ApiKey = builder.prismaObject('ApiKey', {
  description:
    'A product’s credential, bound to one organization. Its secret is shown once and not stored.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A TypeID that begins with key_.' }),
    name: t.exposeString('name', { description: 'What you call it.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters of its secret.' }),
    permissions: t.stringList({ description: 'What it may do.', resolve: permissionsOf }),
    scopes: t.field({
      type: [ProductScope],
      description: 'Which scopes it may record; empty = every scope.',
      resolve: scopesOf,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when it is refused; null = never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null = not yet.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is refused; null = not revoked.',
    }),
  }),
});

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key.',
  fields: (t) => ({
    organizationId: t.id({ description: 'Default: the current organization.' }),
    name: t.string({ required: true, description: 'What you call it: 1 to 100 characters.' }),
    permissions: t.stringList({
      required: true,
      description:
        'Any of organization:read, organization:update, auditLog:read, auditLog:record, auditLog:export.',
    }),
    scopes: t.field({
      type: [ProductScope],
      description: 'Which scopes it may record; absent = every scope.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From when it is refused; absent = never.',
    }),
  }),
});

const CreateApiKeySuccess = builder
  .objectRef<{ apiKey: Key; secret: string }>('CreateApiKeySuccess')
  .implement({
    description: 'The key was made.',
    fields: (t) => ({
      apiKey: t.field({ type: ApiKey, description: 'The key.', resolve: ({ apiKey }) => apiKey }),
      secret: t.exposeString('secret', {
        description: 'Its secret, shown this once: send it as a bearer token.',
      }),
    }),
  });

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreateApiKeySuccess,
    description:
      'Makes an API key of an organization. Needs apiKey:manage. Records apiKey.created, without the secret.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, { session }) => createApiKey(session, input),
  }),
);
