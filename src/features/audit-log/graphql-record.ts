import { builder } from '../../graphql/builder.ts';
import { ActorType, AuditOutcome, ProductScope } from '../../graphql/enums.ts';
import { FieldError } from '../../graphql/error-types.ts';
import { InvalidInputError } from '../../kernel/errors.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { AuditLog } from './graphql.ts';
import { type AuditLogReceipt as Receipt, recordAuditLogs } from './record-audit-logs.ts';

const AuditActorInput = builder.inputType('AuditActorInput', {
  description: 'Who did it.',
  fields: (t) => ({
    type: t.field({ type: ActorType, required: true, description: 'What kind of actor.' }),
    id: t.string({ description: 'The actor’s own id, at most 1,000 characters.' }),
    name: t.string({ description: 'At most 1,000 characters.' }),
  }),
});

const AuditChangeInput = builder.inputType('AuditChangeInput', {
  description: 'One fact that changed.',
  fields: (t) => ({
    path: t.string({ required: true, description: 'Which fact, such as schedule.cron.' }),
    from: t.field({ type: 'JSON', description: 'Before; null = absent.' }),
    to: t.field({ type: 'JSON', description: 'After; null = absent.' }),
  }),
});

const AuditLogInput = builder.inputType('AuditLogInput', {
  description:
    'One event. Without actor and email the caller did it. Details, changes and metadata together hold at most 256 KiB.',
  fields: (t) => ({
    scope: t.field({
      type: ProductScope,
      description: 'Required when the action is not in the catalogue (auditActions).',
    }),
    action: t.string({
      required: true,
      description:
        'Such as schedule.created: at most 200 letters, digits and _ . : / $ @ + -. Kept as given.',
    }),
    email: t.field({ type: 'EmailAddress', description: 'The actor’s address, as it is now.' }),
    actor: t.field({
      type: AuditActorInput,
      description: 'Who did it; a USER when only email is given.',
    }),
    resourceType: t.string({ description: 'What kind of thing it was done to.' }),
    resourceUID: t.string({ description: 'What it was done to, at most 2,000 characters.' }),
    details: t.string({ description: 'A sentence for people; kept byte for byte.' }),
    changes: t.field({ type: [AuditChangeInput], description: 'Every fact that changed.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'What else is known, at most 16 levels deep.',
    }),
    outcome: t.field({ type: AuditOutcome, description: 'Default SUCCESS.' }),
    ip: t.field({ type: 'IP', description: 'Where the actor came from.' }),
    userAgent: t.string({ description: 'The actor’s program, at most 4,000 characters.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it occurred; default now; refused when more than 5 minutes ahead.',
    }),
    idempotencyKey: t.string({
      description:
        'Same key and body: the first receipt again, for ever. Same key and another body: rejected.',
    }),
  }),
});

const RecordAuditLogsInput = builder.inputType('RecordAuditLogsInput', {
  description: 'Events to record in one organization.',
  fields: (t) => ({
    organizationId: t.id({ description: 'Default: the current organization.' }),
    events: t.field({ type: [AuditLogInput], required: true, description: 'From 1 to 1,000.' }),
  }),
});

const ReceiptStatus = builder.enumType('ReceiptStatus', {
  description: 'What became of an event.',
  values: {
    RECORDED: { description: 'It is stored.' },
    DUPLICATE: { description: 'It was stored before, under the same idempotency key.' },
    REJECTED: { description: 'It breaks a rule and is not stored.' },
  },
});

const AuditLogReceipt = builder.objectRef<Receipt>('AuditLogReceipt').implement({
  description: 'What became of one event.',
  fields: (t) => ({
    status: t.expose('status', { type: ReceiptStatus, description: 'What became of it.' }),
    auditLog: t.field({
      type: AuditLog,
      nullable: true,
      description: 'The entry; null when rejected, or no longer kept.',
      resolve: ({ auditLog }) => auditLog,
    }),
    errors: t.field({
      type: [FieldError],
      description: 'Every rule it breaks; empty unless rejected.',
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

const countOf = (receipts: readonly Receipt[], status: Receipt['status']): number =>
  receipts.filter((receipt) => receipt.status === status).length;

const RecordAuditLogsSuccess = builder
  .objectRef<{ receipts: readonly Receipt[] }>('RecordAuditLogsSuccess')
  .implement({
    description: 'One receipt per event, in order.',
    fields: (t) => ({
      receipts: t.field({
        type: [AuditLogReceipt],
        description: 'One per event, in order.',
        resolve: ({ receipts }) => [...receipts],
      }),
      recordedCount: t.int({
        description: 'How many were stored.',
        resolve: ({ receipts }) => countOf(receipts, 'RECORDED'),
      }),
      duplicateCount: t.int({
        description: 'How many were stored before.',
        resolve: ({ receipts }) => countOf(receipts, 'DUPLICATE'),
      }),
      rejectedCount: t.int({
        description: 'How many break a rule.',
        resolve: ({ receipts }) => countOf(receipts, 'REJECTED'),
      }),
    }),
  });

builder.mutationField('recordAuditLogs', (t) =>
  t.field({
    type: RecordAuditLogsSuccess,
    description:
      'Records events of your products, at most 1,000 a call, in one transaction. Needs auditLog:record. Each event is an entry of its own; one that breaks a rule is rejected alone.',
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({ type: RecordAuditLogsInput, required: true, description: 'The events.' }),
    },
    resolve: async (_root, { input: { organizationId, events } }, { session }) => ({
      receipts: await recordAuditLogs(
        session,
        await selectedOrganizationId(session, organizationId),
        events,
      ),
    }),
  }),
);
