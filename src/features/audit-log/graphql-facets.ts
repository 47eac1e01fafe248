import { builder } from '../../graphql/builder.ts';
import { AuditOutcome, ProductScope } from '../../graphql/enums.ts';
import type { OrganizationId } from '../../kernel/ids.ts';
import type { AuditOutcome as Outcome, ProductScope as Scope } from '../../kernel/vocabulary.ts';
import { selectedOrganizationId } from '../organization/current-organization.ts';
import { Organization } from '../organization/graphql.ts';
import {
  auditLogFacets,
  DEFAULT_VALUES,
  type AuditLogFacets as Facets,
  facetBy,
  facetCount,
  MOST_VALUES,
} from './audit-log-facets.ts';
import type { FacetValue } from './count-facets.ts';
import { AuditLogFilter } from './graphql-inputs.ts';
import type { HistogramBucket } from './histogram.ts';

const COUNT = 'How many entries have it.';

const ScopeCount = builder.objectRef<FacetValue>('AuditLogScopeCount').implement({
  description: 'How many entries are of a scope.',
  fields: (t) => ({
    value: t.field({
      type: ProductScope,
      description: 'The scope.',
      resolve: ({ value }) => value as Scope,
    }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const ActionCount = builder.objectRef<FacetValue>('AuditLogActionCount').implement({
  description: 'How many entries are of an action.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The action.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const ActorCount = builder.objectRef<FacetValue>('AuditLogActorCount').implement({
  description: 'How many entries are by a person.',
  fields: (t) => ({
    value: t.expose('value', { type: 'EmailAddress', description: 'Their address.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const OutcomeCount = builder.objectRef<FacetValue<Outcome>>('AuditLogOutcomeCount').implement({
  description: 'How many entries ended in a way.',
  fields: (t) => ({
    value: t.expose('value', { type: AuditOutcome, description: 'How they ended.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const Bucket = builder.objectRef<HistogramBucket>('AuditLogBucket').implement({
  description: 'How many entries occurred in a span of local time.',
  fields: (t) => ({
    from: t.expose('from', {
      type: 'DateTime',
      description: 'Where the span begins; it ends where the next one begins.',
    }),
    count: t.exposeInt('count', { description: 'How many entries occurred in it.' }),
    byScope: t.field({
      type: [ScopeCount],
      description: 'The same by scope; those without entries are left out.',
      resolve: ({ byScope }) => byScope,
    }),
  }),
});

const Interval = builder.enumType('AuditLogInterval', {
  description: 'A span of local time.',
  values: {
    HOUR: { description: 'It begins on the full hour of local time.' },
    DAY: { description: 'From midnight to midnight: 23 or 25 hours where clocks change.' },
    WEEK: { description: 'It begins on Monday.' },
    MONTH: { description: 'A month of the calendar.' },
  },
});

/** What a histogram with all of its buckets costs, as often as a field of a bucket. */
const BUCKETS_COST = 100;

const valueCost = ({ first }: { first: number }) => ({ field: 1, multiplier: Math.max(1, first) });

const HOW_MANY = 'How many values at most, from 0 to 100.';
const INTERVAL = 'How long a bucket is.';
const TIMEZONE = 'Whose clocks and calendar, an IANA name such as Europe/Berlin.';

const AuditLogFacets = builder.objectRef<Facets>('AuditLogFacets').implement({
  description:
    'Counts of the entries that match, of one snapshot: they equal the rows of all pages of auditLogs with the same filter and asOf. Only what is selected is counted. Exact where the flags are false; where one is true, the newest 10,000 entries that match were counted and no others.',
  fields: (t) => ({
    asOf: t.expose('asOf', {
      type: 'SafeInt',
      description: 'The snapshot: the last sequence that was counted.',
    }),
    count: t.int({ description: 'How many entries match.', resolve: facetCount }),
    isCapped: t.boolean({
      description: 'Whether more entries match than count, byScope, byAction and byOutcome say.',
      resolve: async ({ alike }) => (await alike()).isCapped,
    }),
    byScope: t.field({
      type: [ScopeCount],
      description: 'By scope, most entries first.',
      resolve: (facets) => facetBy(facets, 'scope', MOST_VALUES),
    }),
    byAction: t.field({
      type: [ActionCount],
      description: 'By action, most entries first.',
      args: {
        first: t.arg.int({ required: true, defaultValue: DEFAULT_VALUES, description: HOW_MANY }),
      },
      complexity: valueCost,
      resolve: (facets, { first }) => facetBy(facets, 'action', first),
    }),
    byActor: t.field({
      type: [ActorCount],
      description:
        'By person, most entries first, each told by their address; entries without one are left out.',
      args: {
        first: t.arg.int({ required: true, defaultValue: DEFAULT_VALUES, description: HOW_MANY }),
      },
      complexity: valueCost,
      resolve: async ({ actors }, { first }) => (await actors(first)).counts,
    }),
    byActorIsCapped: t.boolean({
      description: 'Whether more entries match than byActor counts.',
      resolve: async ({ actors }) => (await actors(DEFAULT_VALUES)).isCapped,
    }),
    byOutcome: t.field({
      type: [OutcomeCount],
      description: 'By outcome, most entries first.',
      resolve: (facets) => facetBy<Outcome>(facets, 'outcome', MOST_VALUES),
    }),
    histogram: t.field({
      type: [Bucket],
      description:
        'By when they occurred: every bucket from the first that has entries to the last, those without entries between them too. BAD_USER_INPUT if these are more than 1,000.',
      args: {
        interval: t.arg({ type: Interval, required: true, description: INTERVAL }),
        timezone: t.arg.string({ required: true, defaultValue: 'UTC', description: TIMEZONE }),
      },
      complexity: { field: 1, multiplier: BUCKETS_COST },
      resolve: async ({ histogram }, { interval, timezone }) =>
        (await histogram(interval, timezone)).counts,
    }),
    histogramIsCapped: t.boolean({
      description: 'Whether more entries match than the histogram of these arguments counts.',
      args: {
        interval: t.arg({ type: Interval, required: true, description: INTERVAL }),
        timezone: t.arg.string({ required: true, defaultValue: 'UTC', description: TIMEZONE }),
      },
      resolve: async ({ histogram }, { interval, timezone }) =>
        (await histogram(interval, timezone)).isCapped,
    }),
  }),
});

const FILTER = 'Which entries; absent = all.';
const QUERY = 'The same in words, together with the filter, as auditLogs takes it.';
const AS_OF =
  'The snapshot, as a connection’s asOf says it: nothing recorded after this sequence. Default: all that is recorded. BAD_USER_INPUT beyond the last sequence.';

/** What the facets themselves cost: three statements at most. */
const COST = { field: 10, multiplier: 1 };

builder.objectField(Organization, 'auditLogFacets', (t) =>
  t.field({
    type: AuditLogFacets,
    description:
      'Counts of the organization’s log. Needs auditLog:read; a denied attempt is recorded.',
    args: {
      filter: t.arg({ type: AuditLogFilter, description: FILTER }),
      query: t.arg.string({ description: QUERY }),
      asOf: t.arg({ type: 'SafeInt', description: AS_OF }),
    },
    complexity: COST,
    resolve: ({ id }, args, { session }) => auditLogFacets(session, id as OrganizationId, args),
  }),
);

builder.queryField('auditLogFacets', (t) =>
  t.field({
    type: AuditLogFacets,
    description:
      'Counts of the log of one organization (by default the current one). Needs auditLog:read; a denied attempt is recorded.',
    args: {
      organizationId: t.arg.id({ description: 'Default: the current organization.' }),
      filter: t.arg({ type: AuditLogFilter, description: FILTER }),
      query: t.arg.string({ description: QUERY }),
      asOf: t.arg({ type: 'SafeInt', description: AS_OF }),
    },
    complexity: COST,
    resolve: async (_root, { organizationId, ...input }, { session }) =>
      auditLogFacets(session, await selectedOrganizationId(session, organizationId), input),
  }),
);
