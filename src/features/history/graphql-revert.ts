import { builder } from '../../graphql/builder.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { successOf } from '../organization/graphql-mutations.ts';
import { SlugTakenError } from '../organization/slug-claim.ts';
import { VersionConflictError } from '../organization/update-organization.ts';
import { ChangedSinceError, revertChange } from './revert-change.ts';

builder.objectType(ChangedSinceError, {
  name: 'ChangedSinceError',
  description: 'What the entry had changed has changed again since. Code CHANGED_SINCE.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    paths: t.stringList({
      description: 'The facts that differ now from what the entry had made of them.',
      resolve: ({ paths }) => [...paths],
    }),
  }),
});

const RevertChangeInput = builder.inputType('RevertChangeInput', {
  description: 'Which change to undo.',
  fields: (t) => ({
    auditLogId: t.id({
      required: true,
      description: 'The entry that tells of it: an organization.updated or changeReverted.',
    }),
  }),
});

const RevertChangeSuccess = successOf(
  'RevertChangeSuccess',
  'The values from before that change are back.',
);

builder.mutationField('revertChange', (t) =>
  t.field({
    type: RevertChangeSuccess,
    description:
      'Puts back the name, slug, settings and metadata of an organization from before the change that an entry tells of, provided that they are still as that change left them. Needs auditLog:read and organization:update. Records organization.changeReverted, which can be reverted too.',
    errors: { types: [InvalidInputError, ChangedSinceError, SlugTakenError, VersionConflictError] },
    args: { input: t.arg({ type: RevertChangeInput, required: true, description: 'Which.' }) },
    resolve: async (_root, { input }, { session }) => ({
      organization: await revertChange(session, input),
    }),
  }),
);
