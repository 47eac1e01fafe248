import { builder } from '../../graphql/builder.ts';
import { ProductScope } from '../../graphql/enums.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { createResource } from './create-resource.ts';
import { Resource } from './graphql.ts';
import { removeResource } from './remove-resource.ts';
import { ResourceExistsError, type Resource as Row } from './resource.ts';

builder.objectType(ResourceExistsError, {
  name: 'ResourceExistsError',
  description: 'The organization has an active resource with this UID. Code RESOURCE_EXISTS.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    resourceUID: t.exposeString('resourceUID', { description: 'The UID that was given.' }),
  }),
});

const CURRENT = 'Default: the current organization.';
const UID = 'What its product calls it: 1 to 200 characters in one line.';

const CreateResourceInput = builder.inputType('CreateResourceInput', {
  description: 'A thing that the organization owns.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    resourceUID: t.string({ required: true, description: UID }),
    type: t.string({
      required: true,
      description: 'What kind of thing, such as schedule: letters, digits and _ . : / - only.',
    }),
    name: t.string({ required: true, description: 'What people call it: 1 to 100 characters.' }),
    scope: t.field({
      type: ProductScope,
      required: true,
      description: 'The product it belongs to; one that the API key may record.',
    }),
  }),
});

const RemoveResourceInput = builder.inputType('RemoveResourceInput', {
  description: 'Which resource to remove.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    resourceUID: t.string({ required: true, description: UID }),
  }),
});

const successOf = (name: string, description: string) =>
  builder.objectRef<{ resource: Row }>(name).implement({
    description,
    fields: (t) => ({
      resource: t.field({
        type: Resource,
        description: 'The resource as it is now.',
        resolve: ({ resource }) => resource,
      }),
    }),
  });

const CreateSuccess = successOf('CreateResourceSuccess', 'The resource is registered.');
const RemoveSuccess = successOf('RemoveResourceSuccess', 'The resource is removed.');

const succeed = async (resource: Promise<Row>) => ({ resource: await resource });

builder.mutationFields((t) => ({
  createResource: t.field({
    type: CreateSuccess,
    description:
      'Enters a thing in the registry of what the organization owns; one that was removed comes back. Needs resource:manage; API keys may, in the scopes that they may record. Records resource.registered.',
    errors: { types: [InvalidInputError, ResourceExistsError] },
    args: { input: t.arg({ type: CreateResourceInput, required: true, description: 'What.' }) },
    resolve: (_root, { input }, { session }) => succeed(createResource(session, input)),
  }),
  removeResource: t.field({
    type: RemoveSuccess,
    description:
      'Takes a thing off the registry; entries about it still resolve to it. Needs resource:manage; API keys may, in the scopes that they may record. Records resource.removed. Error CONFLICT when it is removed already.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RemoveResourceInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(removeResource(session, input)),
  }),
}));
