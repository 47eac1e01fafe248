import { builder, Query } from '../../graphql/builder.ts';
import { ErrorInterface } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { eraseSubject, type SubjectErasure } from './erase-subject.ts';
import {
  BLOCKER_REASONS,
  type Blocker,
  type BlockerReason,
  ErasureBlockedError,
} from './erasure-blocked.ts';
import { type ErasurePreview as Preview, previewErasure } from './preview-erasure.ts';

const REASONS: Record<BlockerReason, string> = {
  MEMBER: 'They are a member still: remove them first. The id is their account’s.',
  NAMED:
    'A name or text that the organization gave is or holds the address: change or remove it first. The id is the organization’s, team’s, API key’s or resource’s.',
  LEGAL_HOLD:
    'A legal hold keeps an entry that would lose something, or says the address itself: it has to be released first. The id is the hold’s.',
};

const ErasureBlockerReason = builder.enumType('ErasureBlockerReason', {
  description: 'Why a person cannot be erased yet.',
  values: Object.fromEntries(
    BLOCKER_REASONS.map((reason) => [reason, { description: REASONS[reason] }]),
  ) as Record<BlockerReason, { description: string }>,
});

const ErasureBlocker = builder.objectRef<Blocker>('ErasureBlocker').implement({
  description: 'One thing that stands in the way of an erasure.',
  fields: (t) => ({
    reason: t.expose('reason', { type: ErasureBlockerReason, description: 'What it is.' }),
    id: t.exposeID('id', { description: 'Of what: see the reason.' }),
  }),
});

builder.objectType(ErasureBlockedError, {
  name: 'ErasureBlockedError',
  description: 'Something stands in the way of the erasure. Code ERASURE_BLOCKED.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    blockers: t.field({
      type: [ErasureBlocker],
      description: 'All that stands in the way.',
      resolve: ({ blockers }) => [...blockers],
    }),
  }),
});

/** What counts of entries and invitations a preview and an erasure tell alike. */
const counts = {
  entryCount: 'Entries that hold something of them; each loses one part or several.',
  actorCount: 'Entries whose actor they are, or where the actor’s fields hold their address.',
  contentCount: 'Entries whose details, changes or metadata hold their address.',
  bodyCount:
    'Entries in whose action, actor id, resource type or resource their address stands in clear; the bodies of these cannot be rebuilt afterwards.',
  invitationCount: 'Invitations to them or by them, answered ones among them.',
} as const;

const COUNTS = Object.entries(counts) as [keyof typeof counts, string][];

const ErasurePreview = builder.objectRef<Preview>('ErasurePreview').implement({
  description: 'What the erasure of a person would take, counted now; and what stands in its way.',
  fields: (t) => ({
    organizationId: t.exposeID('organizationId', { description: 'From which organization.' }),
    ...Object.fromEntries(
      COUNTS.map(([name, description]) => [name, t.expose(name, { type: 'SafeInt', description })]),
    ),
    heldCount: t.expose('heldCount', {
      type: 'SafeInt',
      description:
        'Of these entries, how many a legal hold keeps; any keeps the erasure from being.',
    }),
    blockers: t.field({
      type: [ErasureBlocker],
      description: 'What stands in the way; empty when eraseSubject would go through.',
      resolve: ({ blockers }) => [...blockers],
    }),
  }),
});

const EraseSubjectInput = builder.inputType('EraseSubjectInput', {
  description: 'Whom to erase; nothing brings back what it takes.',
  fields: (t) => ({
    organizationId: t.id({
      description: 'Default: the current organization (see currentOrganization).',
    }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description:
        'Their address. A person who had several is erased by each. Their name alone, and ids that are not the address, are not looked for.',
    }),
    confirmEmail: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'The same address again.',
    }),
  }),
});

const EraseSubjectSuccess = builder.objectRef<SubjectErasure>('EraseSubjectSuccess').implement({
  description: 'Nothing in the organization holds their address any more.',
  fields: (t) => ({
    organizationId: t.exposeID('organizationId', { description: 'From which organization.' }),
    erasureId: t.exposeID('erasureId', {
      description: 'What the entries of the erasure name in place of the person.',
    }),
    ...Object.fromEntries(
      COUNTS.map(([name, description]) => [name, t.expose(name, { type: 'SafeInt', description })]),
    ),
    tracesRemoved: t.exposeBoolean('tracesRemoved', {
      description:
        'Whether the database has let go of the rows as they were before, too: SQLite’s write-ahead log, Postgres’ dead rows. If not, a later erasure, of anyone, does it; see docs/guarantees.md for what stays in backups.',
    }),
    query: t.field({
      type: Query,
      description: 'Anything else to read in the same round trip.',
      resolve: () => ({}),
    }),
  }),
});

/** It reads the whole log. */
const PREVIEW_COST = 1_000;

builder.queryField('erasurePreview', (t) =>
  t.field({
    type: ErasurePreview,
    description:
      'What eraseSubject would take; changes nothing. Reads the whole log: seconds on a large one. Needs auditLog:erase; a denied attempt is recorded. Refuses API keys.',
    args: {
      organizationId: t.arg.id({ description: 'Default: the current organization.' }),
      email: t.arg({ type: 'EmailAddress', required: true, description: 'The person’s address.' }),
    },
    complexity: PREVIEW_COST,
    resolve: (_root, input, { session }) => previewErasure(session, input),
  }),
);

builder.mutationField('eraseSubject', (t) =>
  t.field({
    type: EraseSubjectSuccess,
    description:
      'Erases a person by their address from an organization they are no member of: from every entry that they made or that names them (in any letter case, in JSON escapes and percent signs too), with the salts; invitations to them; and their account, once it belongs to no organization. Entries, their order and all proofs stay. Where an address may not be null, erased@orgtrail.invalid stands in its place. Needs auditLog:erase. Records auditLog.erasureBegan and auditLog.subjectErased, which do not name them. Refuses API keys. A large log takes longer than the server answers for: the erasure goes on, and asking again finishes it in any case.',
    errors: { types: [InvalidInputError, ErasureBlockedError] },
    args: {
      input: t.arg({ type: EraseSubjectInput, required: true, description: 'Whom, confirmed.' }),
    },
    resolve: (_root, { input }, { session }) => eraseSubject(session, input),
  }),
);
