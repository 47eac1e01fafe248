import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { successOf } from '../organization/graphql-mutations.ts';
import { cancelRetentionChange } from './cancel-retention-change.ts';

const CancelInput = builder.inputType('CancelRetentionChangeInput', {
  description: 'In which organization to take back a shorter retention.',
  fields: (t) => ({
    organizationId: t.id({ description: 'Default: the current organization.' }),
  }),
});

const CancelSuccess = successOf(
  'CancelRetentionChangeSuccess',
  'The settings are what is in force, and nothing waits.',
);

builder.mutationField('cancelRetentionChange', (t) =>
  t.field({
    type: CancelSuccess,
    description:
      'Takes back a shorter retention before it comes into force: the settings are again what pruning obeys. Needs organization:update. Error CONFLICT when none waits. Records organization.retentionChangeCancelled with what changed.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CancelInput, required: true, description: 'Where.' }) },
    resolve: async (_root, { input }, { session }) => ({
      organization: await cancelRetentionChange(session, input),
    }),
  }),
);
