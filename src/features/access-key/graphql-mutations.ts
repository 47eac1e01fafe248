import { builder } from '../../graphql/builder.ts';
import { ProductScope } from '../../graphql/enums.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import type { ApiKey as Key } from './access-key.ts';
import { createApiKey } from './create-api-key.ts';
import { ApiKey } from './graphql.ts';
import { renameApiKey } from './rename-api-key.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { rotateApiKey } from './rotate-api-key.ts';

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
      description:
        'Which scopes it may record, and register and remove resources of; absent = every scope.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From when it is refused; absent = never.',
    }),
  }),
});

const WHICH = 'The key’s id, key_….';

const RenameApiKeyInput = builder.inputType('RenameApiKeyInput', {
  description: 'Which key, and what to call it.',
  fields: (t) => ({
    apiKeyId: t.id({ required: true, description: WHICH }),
    name: t.string({ required: true, description: 'What you call it: 1 to 100 characters.' }),
  }),
});

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key to revoke.',
  fields: (t) => ({ apiKeyId: t.id({ required: true, description: WHICH }) }),
});

const RotateApiKeyInput = builder.inputType('RotateApiKeyInput', {
  description: 'Which key to give a new secret.',
  fields: (t) => ({
    apiKeyId: t.id({ required: true, description: WHICH }),
    overlapMinutes: t.int({
      description:
        'How long the present secret stays valid beside the new one: from 0 (refused at once, the default) to 10080, a week.',
    }),
  }),
});

/** What a mutation answers that shows a secret. */
const withSecret = (name: string, description: string) =>
  builder.objectRef<{ apiKey: Key; secret: string }>(name).implement({
    description,
    fields: (t) => ({
      apiKey: t.field({ type: ApiKey, description: 'The key.', resolve: ({ apiKey }) => apiKey }),
      secret: t.exposeString('secret', {
        description: 'Its secret, shown this once: send it as a bearer token.',
      }),
    }),
  });

/** What a mutation answers that shows none. */
const withKey = (name: string, description: string) =>
  builder.objectRef<{ apiKey: Key }>(name).implement({
    description,
    fields: (t) => ({
      apiKey: t.field({
        type: ApiKey,
        description: 'The key as it is now.',
        resolve: ({ apiKey }) => apiKey,
      }),
    }),
  });

const CreateApiKeySuccess = withSecret('CreateApiKeySuccess', 'The key was made.');
const RotateApiKeySuccess = withSecret('RotateApiKeySuccess', 'The key has a new secret.');
const RenameApiKeySuccess = withKey('RenameApiKeySuccess', 'The key has another name.');
const RevokeApiKeySuccess = withKey('RevokeApiKeySuccess', 'The key is refused from now on.');

const keyed = async (apiKey: Promise<Key>) => ({ apiKey: await apiKey });

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeySuccess,
    description:
      'Makes an API key of an organization. Needs apiKey:manage. Records apiKey.created, without the secret.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, { session }) => createApiKey(session, input),
  }),
  renameApiKey: t.field({
    type: RenameApiKeySuccess,
    description:
      'Gives an API key another name. Needs apiKey:manage. Records apiKey.renamed. Entries keep the name of their time.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RenameApiKeyInput, required: true, description: 'The name.' }) },
    resolve: (_root, { input }, { session }) => keyed(renameApiKey(session, input)),
  }),
  revokeApiKey: t.field({
    type: RevokeApiKeySuccess,
    description:
      'Revokes an API key for good; the very next request with it is refused. Needs apiKey:manage. Records apiKey.revoked. Error CONFLICT when it is revoked already.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => keyed(revokeApiKey(session, input)),
  }),
  rotateApiKey: t.field({
    type: RotateApiKeySuccess,
    description:
      'Gives an API key a new secret; the present one is refused at once, or after overlapMinutes. Needs apiKey:manage. Records apiKey.rotated, without the secret. Error CONFLICT when the key is revoked or expired.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RotateApiKeyInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => rotateApiKey(session, input),
  }),
}));
