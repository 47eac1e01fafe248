import { builder } from '../../graphql/builder.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { AuditLogFilter } from '../audit-log/graphql-inputs.ts';
import { createLegalHold } from './create-legal-hold.ts';
import { LegalHold } from './graphql.ts';
import type { LegalHold as Row } from './legal-hold.ts';
import { releaseLegalHold } from './release-legal-hold.ts';

const CreateInput = builder.inputType('CreateLegalHoldInput', {
  description: 'Which entries to keep, and why.',
  fields: (t) => ({
    organizationId: t.id({ description: 'Default: the current organization.' }),
    filter: t.field({
      type: AuditLogFilter,
      required: true,
      description: 'Which entries, also those recorded later; {} holds the whole log.',
    }),
    reason: t.string({
      required: true,
      description: 'Why, for whoever asks later: 1 to 1,000 characters.',
    }),
  }),
});

const ReleaseInput = builder.inputType('ReleaseLegalHoldInput', {
  description: 'Which hold to release.',
  fields: (t) => ({
    legalHoldId: t.id({ required: true, description: 'The hold’s id, hold_….' }),
  }),
});

const successOf = (name: string, description: string, of: string) =>
  builder.objectRef<{ legalHold: Row }>(name).implement({
    description,
    fields: (t) => ({
      legalHold: t.field({
        type: LegalHold,
        description: of,
        resolve: ({ legalHold }) => legalHold,
      }),
    }),
  });

const CreateSuccess = successOf('CreateLegalHoldSuccess', 'The entries are held.', 'The hold.');
const ReleaseSuccess = successOf(
  'ReleaseLegalHoldSuccess',
  'The hold is gone.',
  'The hold as it was.',
);

const succeed = async (legalHold: Promise<Row>) => ({ legalHold: await legalHold });

builder.mutationFields((t) => ({
  createLegalHold: t.field({
    type: CreateSuccess,
    description:
      'Puts entries under a legal hold: once it has answered, neither retention nor erasure takes any of them. At most 100 stand over a log; error CONFLICT beyond. Needs legalHold:manage; refuses API keys. Records legalHold.created with the filter and the reason.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateInput, required: true, description: 'The hold.' }) },
    resolve: (_root, { input }, { session }) => succeed(createLegalHold(session, input)),
  }),
  releaseLegalHold: t.field({
    type: ReleaseSuccess,
    description:
      'Releases a legal hold: what no other hold covers may go again with the next run of retention. Needs legalHold:manage; refuses API keys. Records legalHold.released.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: ReleaseInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { session }) => succeed(releaseLegalHold(session, input)),
  }),
}));
