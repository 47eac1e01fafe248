import { builder, Query } from '../../graphql/builder.ts';
import { ProductScope } from '../../graphql/enums.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { createOrganization } from './create-organization.ts';
import { deleteOrganization } from './delete-organization.ts';
import { Organization } from './graphql.ts';
import type { Organization as Row } from './organization.ts';
import { restoreOrganization } from './restore-organization.ts';
import { selectOrganization } from './select-organization.ts';
import { SlugTakenError } from './slug-claim.ts';
import { updateOrganization, VersionConflictError } from './update-organization.ts';

builder.objectType(SlugTakenError, {
  name: 'SlugTakenError',
  description:
    'Another organization has the slug, or had it less than 90 days ago. Code SLUG_TAKEN.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'The slug that was asked for.' }),
  }),
});

builder.objectType(VersionConflictError, {
  name: 'VersionConflictError',
  description:
    'The organization has changed since expectedVersion was read. Code VERSION_CONFLICT.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt('currentVersion', { description: 'Its version now.' }),
  }),
});

/** An override of retentionDays. */
export const ScopeRetentionInput = builder.inputType('ScopeRetentionInput', {
  description: 'For how long to keep the entries of one scope.',
  fields: (t) => ({
    scope: t.field({ type: ProductScope, required: true, description: 'Whose entries.' }),
    days: t.int({ description: 'From 1 to 36,500; absent or null = for ever.' }),
  }),
});

const SettingsInput = builder.inputType('OrganizationSettingsInput', {
  description: 'Settings to set; an absent field stays, an explicit null goes back to its default.',
  fields: (t) => ({
    retentionDays: t.int({
      description:
        'From 1 to 36,500 days; null = for ever. A longer one is in force at once, a shorter one after seven days.',
    }),
    scopeRetention: t.field({
      type: [ScopeRetentionInput],
      description: 'Overrides of retentionDays, at most one a scope; replaces all. Null = none.',
    }),
    timezone: t.string({ description: 'IANA name; null = UTC.' }),
    membersMayReadAuditLog: t.boolean({ description: 'null = no.' }),
  }),
});

/** What a mutation of one organization answers when it went well. */
export const successOf = (name: string, description: string) =>
  builder.objectRef<{ organization: Row }>(name).implement({
    description,
    fields: (t) => ({
      organization: t.field({
        type: Organization,
        description: 'The organization as it is now.',
        resolve: ({ organization }) => organization,
      }),
      query: t.field({
        type: Query,
        description: 'Anything else to read in the same round trip.',
        resolve: () => ({}),
      }),
    }),
  });

const succeed = async (organization: Promise<Row>) => ({ organization: await organization });

const NAME = 'From 1 to 100 characters as people count them, trimmed; no control characters.';
const SLUG = 'Lower-case letters, digits and single hyphens.';
const CURRENT = 'Default: the current organization (see currentOrganization).';
const METADATA = 'A JSON object of yours, at most 16 KiB and 16 levels.';

const CreateInput = builder.inputType('CreateOrganizationInput', {
  description: 'A new organization.',
  fields: (t) => ({
    name: t.string({ required: true, description: NAME }),
    slug: t.string({ description: `${SLUG} Derived from the name when absent.` }),
    settings: t.field({ type: SettingsInput, description: 'Defaults where absent.' }),
    metadata: t.field({ type: 'JSONObject', description: METADATA }),
  }),
});

const UpdateInput = builder.inputType('UpdateOrganizationInput', {
  description: 'What to change; an absent field stays as it is.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    name: t.string({ description: NAME }),
    slug: t.string({ description: SLUG }),
    settings: t.field({
      type: SettingsInput,
      description: 'Only what is given changes; null resets all.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: `${METADATA} Replaces the whole; null empties it.`,
    }),
    expectedVersion: t.int({ description: 'Refuse unless the organization is at this version.' }),
  }),
});

const DeleteInput = builder.inputType('DeleteOrganizationInput', {
  description: 'Which organization to delete, confirmed by its name.',
  fields: (t) => ({
    organizationId: t.id({ description: CURRENT }),
    confirmName: t.string({ required: true, description: 'The organization’s name, exactly.' }),
    graceDays: t.int({ description: 'From 0 (purge now) to 365; default 30.' }),
  }),
});

const RestoreInput = builder.inputType('RestoreOrganizationInput', {
  description: 'Which scheduled deletion to undo.',
  fields: (t) => ({ organizationId: t.id({ required: true, description: 'Its id.' }) }),
});

const SelectInput = builder.inputType('SelectOrganizationInput', {
  description: 'Which organization to select.',
  fields: (t) => ({ organizationId: t.id({ required: true, description: 'Its id.' }) }),
});

const CreateSuccess = successOf('CreateOrganizationSuccess', 'It was created; you own it.');
const UpdateSuccess = successOf('UpdateOrganizationSuccess', 'It was changed.');
const RestoreSuccess = successOf('RestoreOrganizationSuccess', 'It is back as it was.');
const SelectSuccess = successOf('SelectOrganizationSuccess', 'It is selected.');

const DeleteSuccess = builder
  .objectRef<{ organizationId: string; purgeAt: Date }>('DeleteOrganizationSuccess')
  .implement({
    description: 'Its deletion is scheduled, or done when purgeAt is past.',
    fields: (t) => ({
      organizationId: t.exposeID('organizationId', { description: 'The id it had.' }),
      purgeAt: t.expose('purgeAt', {
        type: 'DateTime',
        description: 'When it cannot be undone any more.',
      }),
      query: t.field({
        type: Query,
        description: 'Anything else to read in the same round trip.',
        resolve: () => ({}),
      }),
    }),
  });

builder.mutationFields((t) => ({
  createOrganization: t.field({
    type: CreateSuccess,
    description:
      'Creates an organization with the caller as its first owner. Records organization.created. Refuses API keys.',
    errors: { types: [InvalidInputError, SlugTakenError] },
    args: { input: t.arg({ type: CreateInput, required: true, description: 'The organization.' }) },
    resolve: (_root, { input }, { session }) => succeed(createOrganization(session, input)),
  }),
  updateOrganization: t.field({
    type: UpdateSuccess,
    description:
      'Changes name, slug, settings or metadata. Needs organization:update. Records organization.updated with every changed value.',
    errors: { types: [InvalidInputError, SlugTakenError, VersionConflictError] },
    args: { input: t.arg({ type: UpdateInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, { session }) => succeed(updateOrganization(session, input)),
  }),
  deleteOrganization: t.field({
    type: DeleteSuccess,
    description:
      'Schedules the deletion of an organization and blocks access at once for all but its owners; with graceDays 0 purges it now. Its log stays. Needs organization:delete. Records organization.deletionScheduled or organization.purged.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'Which, confirmed.' }) },
    resolve: (_root, { input }, { session }) => deleteOrganization(session, input),
  }),
  restoreOrganization: t.field({
    type: RestoreSuccess,
    description:
      'Undoes a scheduled deletion; everything is as it was. Needs organization:delete. Records organization.restored. Error CONFLICT when none is scheduled.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RestoreInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(restoreOrganization(session, input)),
  }),
  selectOrganization: t.field({
    type: SelectSuccess,
    description:
      'Stores which organization your requests are about when they name none. Records nothing: it changes only what you see. Refuses API keys, which are bound to theirs.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: SelectInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(selectOrganization(session, input)),
  }),
}));
