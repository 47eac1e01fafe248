import { ERASABLE_PARTS } from '../database/guard-conditions.ts';
import {
  ACTOR_TYPES,
  AUDIT_ORIGINS,
  AUDIT_OUTCOMES,
  PRODUCT_SCOPES,
} from '../kernel/vocabulary.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const instant = { type: 'string', format: 'date-time' };
const integer = { type: 'integer' };
const object = { type: 'object' };

/** An object that has all of these and nothing else. */
const exactly = (properties: Record<string, object>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
});

const days = { type: ['integer', 'null'], minimum: 1, maximum: 36_500 };

const settings = {
  retentionDays: days,
  scopeRetention: {
    type: 'array',
    maxItems: PRODUCT_SCOPES.length,
    items: exactly({ scope: { enum: PRODUCT_SCOPES }, days }),
  },
  timezone: text,
  membersMayReadAuditLog: { type: 'boolean' },
};

const changeable = {
  slug: textOrNull,
  settings: { type: ['object', 'null'], additionalProperties: false, properties: settings },
  metadata: { type: ['object', 'null'] },
};

/** Every schema of the description, by its name. */
export const OPENAPI_COMPONENTS = {
  Organization: exactly({
    id: text,
    name: text,
    createdBy: { type: 'string', format: 'email' },
    createdAt: instant,
    updatedAt: instant,
    slug: text,
    version: integer,
    settings: exactly(settings),
    metadata: object,
    deletion: {
      oneOf: [
        { type: 'null' },
        exactly({ requestedAt: instant, requestedBy: text, purgeAt: instant }),
      ],
    },
  }),
  OrganizationCreation: {
    type: 'object',
    required: ['name'],
    properties: { name: text, ...changeable },
    additionalProperties: false,
  },
  OrganizationUpdate: {
    type: 'object',
    properties: { name: text, ...changeable, expectedVersion: { type: ['integer', 'null'] } },
    additionalProperties: false,
  },
  Deletion: exactly({ id: text, purgeAt: instant }),
  AuditLog: exactly({
    id: text,
    organizationId: text,
    sequence: { type: 'integer', minimum: 1 },
    scope: { enum: PRODUCT_SCOPES },
    action: text,
    email: textOrNull,
    actor: exactly({ type: { enum: ACTOR_TYPES }, id: textOrNull, name: textOrNull }),
    resourceType: textOrNull,
    resourceUID: textOrNull,
    details: textOrNull,
    changes: { type: 'array', items: exactly({ path: text, from: {}, to: {} }) },
    metadata: object,
    erased: { type: 'array', items: { enum: ERASABLE_PARTS } },
    outcome: { enum: AUDIT_OUTCOMES },
    origin: { enum: AUDIT_ORIGINS },
    correlationId: textOrNull,
    ip: textOrNull,
    userAgent: textOrNull,
    requestId: textOrNull,
    createdAt: instant,
    recordedAt: instant,
  }),
  Pagination: exactly({
    page: { type: ['integer', 'null'], description: 'null after a cursor.' },
    limit: integer,
    total: { type: 'integer', description: 'How many match in all pages.' },
    totalIsCapped: { type: 'boolean', description: 'Whether more match than total says.' },
    next: { type: ['string', 'null'], description: 'Give it as cursor; null at the end.' },
  }),
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: text,
      title: text,
      status: integer,
      detail: text,
      code: text,
      fields: {
        type: 'array',
        items: exactly({ path: { type: 'array', items: text }, message: text }),
      },
    },
  },
};

const inQuery = (name: string, schema: object, description: string) => ({
  name,
  in: 'query',
  description,
  schema,
});
const list = (items: object, description: string) => ({
  style: 'form',
  description,
  schema: { type: 'array', items },
});
const words = (choices: readonly string[]) => ({
  enum: choices.map((word) => word.toLowerCase()),
});
const listed = (name: string, items: object, description: string) => ({
  name,
  in: 'query',
  ...list(items, `${description} May be repeated, or separated by commas.`),
});

/** Every parameter, by its name. */
export const PARAMETERS = {
  'X-Organization-Id': {
    name: 'X-Organization-Id',
    in: 'header',
    description: 'Which organization, where you belong to several.',
    schema: text,
  },
  organizationId: inQuery('organizationId', text, 'Which organization; default: the current one.'),
  include: listed('include', words(PRODUCT_SCOPES), 'Product scopes.'),
  action: listed('action', text, 'Actions: exact, or a prefix such as schedule.*.'),
  notAction: listed('notAction', text, 'None of these actions or prefixes.'),
  email: listed('email', text, 'By these actors.'),
  notEmail: listed('notEmail', text, 'By none of these actors.'),
  resourceUID: {
    name: 'resourceUID',
    in: 'query',
    ...list(text, 'Done to these. May be repeated.'),
  },
  actorType: listed('actorType', words(ACTOR_TYPES), 'By these kinds of actor.'),
  outcome: listed('outcome', words(AUDIT_OUTCOMES), 'With these outcomes.'),
  from: inQuery('from', instant, 'Occurred then or later.'),
  to: inQuery('to', instant, 'Occurred before.'),
  search: inQuery('search', text, 'Text contained in details, whatever the case.'),
  page: inQuery('page', { type: 'integer', minimum: 1, default: 1 }, 'As far as row 10,000.'),
  limit: inQuery('limit', { type: 'integer', minimum: 1, maximum: 100, default: 50 }, 'Rows.'),
  cursor: inQuery('cursor', text, 'What an answer said in pagination.next; instead of page.'),
  confirmName: inQuery('confirmName', text, 'The organization’s name; needed with graceDays=0.'),
  graceDays: inQuery('graceDays', { type: 'integer', minimum: 0, maximum: 365 }, 'Default 30.'),
  defaultScope: inQuery('defaultScope', words(PRODUCT_SCOPES), 'Of events that name none.'),
  format: inQuery('format', { enum: ['ndjson', 'csv'], default: 'ndjson' }, 'Of the export.'),
  exportCursor: inQuery('cursor', integer, 'The last sequence you have: go on after it.'),
  evidence: inQuery(
    'evidence',
    { type: 'integer', enum: [0, 1] },
    '1 gives a zip that proves itself: entries, proofs, signed checkpoint and the verifier. Not with format or snapshot.',
  ),
  previousSize: inQuery(
    'previousSize',
    integer,
    'With evidence=1, the size of a checkpoint you have: proves that its log is the beginning of this one.',
  ),
  snapshot: inQuery('snapshot', integer, 'X-Export-Snapshot of the export to resume.'),
};
