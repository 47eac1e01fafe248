import type { RetentionRun as Run } from '../../generated/sqlite/client.ts';
import { builder } from '../../graphql/builder.ts';
import type { UserId } from '../../kernel/ids.ts';
import { User } from '../identity/graphql.ts';
import { Organization, ScopeRetention } from '../organization/graphql.ts';
import type { Organization as OrganizationRow } from '../organization/organization.ts';
import { policyOf } from '../organization/settings.ts';
import type { PendingRetention as Pending } from './pending-retention.ts';
import type { RetentionPolicy } from './policy.ts';
import type { Retention as State } from './retention.ts';

interface PendingPolicy extends Pending {
  readonly asked: RetentionPolicy;
}

const PendingRetention = builder.objectRef<PendingPolicy>('PendingRetention').implement({
  description:
    'A shorter retention that waits for seven days; cancelRetentionChange takes it back.',
  fields: (t) => ({
    retentionDays: t.int({
      nullable: true,
      description: 'For how many days entries will be kept; null = for ever.',
      resolve: ({ asked }) => asked.retentionDays,
    }),
    scopes: t.field({
      type: [ScopeRetention],
      description: 'What will override it.',
      resolve: ({ asked }) => asked.scopes,
    }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      description: 'When pruning obeys it.',
    }),
    requestedBy: t.field({
      type: User,
      nullable: true,
      description: 'The person who asked, where there is one that you may see.',
      resolve: ({ requestedById }, _args, { load }) =>
        requestedById ? load.user.load(requestedById as UserId) : null,
    }),
  }),
});

const RetentionRun = builder.objectRef<Run>('RetentionRun').implement({
  description:
    'One run of retention over a log; its entries are auditLog.pruningStarted and auditLog.pruned.',
  fields: (t) => ({
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it goes on.',
    }),
    prunedCount: t.field({
      type: 'SafeInt',
      description: 'Entries that it has removed.',
      resolve: ({ prunedCount }) => Number(prunedCount),
    }),
    remaining: t.field({
      type: 'SafeInt',
      description: 'Entries that it still has to remove, as counted when it began; 0 once ended.',
      resolve: ({ dueCount, prunedCount, finishedAt }) =>
        finishedAt ? 0 : Math.max(0, Number(dueCount - prunedCount)),
    }),
  }),
});

const Retention = builder.objectRef<State & { inForce: RetentionPolicy }>('Retention').implement({
  description: 'What retention does to a log.',
  fields: (t) => ({
    retentionDays: t.int({
      nullable: true,
      description:
        'For how many days after their recording entries are kept now; null = for ever. While a shorter one waits, what is kept meanwhile.',
      resolve: ({ inForce }) => inForce.retentionDays,
    }),
    scopes: t.field({
      type: [ScopeRetention],
      description: 'What overrides it now.',
      resolve: ({ inForce }) => inForce.scopes,
    }),
    firstKeptSequence: t.field({
      type: 'SafeInt',
      description: 'The lowest sequence that is kept.',
      resolve: ({ ledger }) => Number(ledger.firstKeptSequence),
    }),
    prunedCount: t.field({
      type: 'SafeInt',
      description: 'Entries that were removed in all; their leaves are kept, and all proofs.',
      resolve: ({ ledger }) => Number(ledger.prunedCount),
    }),
    lastRun: t.field({
      type: RetentionRun,
      nullable: true,
      description: 'The newest run, perhaps still going on; null = there was none.',
      resolve: ({ lastRun }) => lastRun,
    }),
  }),
});

const withPolicy = (row: OrganizationRow, state: State | null) =>
  state && { ...state, inForce: state.pending?.inForce ?? policyOf(row) };

builder.objectFields(Organization, (t) => ({
  retention: t.field({
    type: Retention,
    nullable: true,
    description: 'How long entries are kept now, and what was removed.',
    resolve: async (row, _args, { load }) => withPolicy(row, await load.retention.load(row.id)),
  }),
  pendingRetention: t.field({
    type: PendingRetention,
    nullable: true,
    description:
      'A shorter retention that waits to come into force; null = none. Settings show it already.',
    resolve: async (row, _args, { load }) => {
      const state = await load.retention.load(row.id);
      return state?.pending ? { ...state.pending, asked: policyOf(row) } : null;
    },
  }),
}));
