import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import type { ApiKey as Key } from './access-key.ts';
import { enableApiKey } from './enable-api-key.ts';
import { ApiKey } from './graphql.ts';

builder.objectField(ApiKey, 'disabledAt', (t) =>
  t.expose('disabledAt', {
    type: 'DateTime',
    nullable: true,
    description:
      'Since when it waits for enableApiKey, because its organization was restored; null = it does not. It is refused meanwhile, so revokedAt is set too.',
  }),
);

const EnableApiKeyInput = builder.inputType('EnableApiKeyInput', {
  description: 'Which key to enable.',
  fields: (t) => ({
    apiKeyId: t.id({ required: true, description: 'The key’s id, key_….' }),
  }),
});

const EnableApiKeySuccess = builder.objectRef<{ apiKey: Key }>('EnableApiKeySuccess').implement({
  description: 'The key works again, with the secret it had.',
  fields: (t) => ({
    apiKey: t.field({
      type: ApiKey,
      description: 'The key as it is now.',
      resolve: ({ apiKey }) => apiKey,
    }),
  }),
});

builder.mutationField('enableApiKey', (t) =>
  t.field({
    type: EnableApiKeySuccess,
    description:
      'Lets an API key work again that the restore of its organization had disabled. Needs apiKey:manage. Records apiKey.enabled. Error CONFLICT when it is not disabled.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: EnableApiKeyInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, { session }) => ({
      apiKey: await enableApiKey(session, input),
    }),
  }),
);
