import { builder } from '../../graphql/builder.ts';
import { ActorType, AuditOutcome, ProductScope } from '../../graphql/enums.ts';

const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A span of time; either end may be open, but it must not be empty.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Inclusive.' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive.' }),
  }),
});

/** Which entries to list. */
export const AuditLogFilter = builder.inputType('AuditLogFilter', {
  description:
    'Which entries: OR within a list, AND between fields; absent or empty = no restriction. At most 100 values a list.',
  fields: (t) => ({
    scopes: t.field({ type: [ProductScope], description: 'In any of these scopes.' }),
    actions: t.stringList({
      description:
        'Any of these actions: exact, or a prefix such as schedule.* (never scheduler.x).',
    }),
    notActions: t.stringList({ description: 'None of these actions or prefixes.' }),
    emails: t.field({
      type: ['EmailAddress'],
      description: 'By any of these actors, whatever the case.',
    }),
    notEmails: t.field({
      type: ['EmailAddress'],
      description: 'By none of these actors; entries without an address stay.',
    }),
    resourceUIDs: t.stringList({ description: 'Done to any of these.' }),
    actorTypes: t.field({ type: [ActorType], description: 'By any of these kinds of actor.' }),
    outcomes: t.field({ type: [AuditOutcome], description: 'With any of these outcomes.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Occurred in this span.' }),
    search: t.string({ description: 'Text contained in details, whatever the case.' }),
  }),
});

const AuditLogOrderField = builder.enumType('AuditLogOrderField', {
  description: 'What to order entries by.',
  values: {
    CREATED_AT: { description: 'When they occurred, then their sequence.' },
    SEQUENCE: { description: 'The order of recording.' },
  },
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way to order.',
  values: { ASC: { description: 'Oldest first.' }, DESC: { description: 'Newest first.' } },
});

/** In which order to list entries. */
export const AuditLogOrder = builder.inputType('AuditLogOrder', {
  description: 'In which order to list entries.',
  fields: (t) => ({
    field: t.field({ type: AuditLogOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which way.' }),
  }),
});
