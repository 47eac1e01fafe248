import { builder } from '../../graphql/builder.ts';
import { ScopeRetentionInput } from '../organization/graphql-mutations.ts';
import type { DueCount } from './count-due.ts';
import { retentionPreview } from './retention-preview.ts';

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const RetentionPreview = builder.objectRef<DueCount>('RetentionPreview').implement({
  description: 'What a retention would remove if it were in force now.',
  fields: (t) => ({
    count: t.expose('count', { type: 'SafeInt', description: 'Entries that would go.' }),
    heldCount: t.expose('heldCount', {
      type: 'SafeInt',
      description: 'Entries as old that a legal hold keeps.',
    }),
    oldest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest that would go was recorded; null = none would.',
      resolve: ({ oldestMs }) => dateOf(oldestMs),
    }),
    newest: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the newest that would go was recorded; null = none would.',
      resolve: ({ newestMs }) => dateOf(newestMs),
    }),
  }),
});

/** It reads every entry that is as old. */
const COST = 1_000;

builder.queryField('retentionPreview', (t) =>
  t.field({
    type: RetentionPreview,
    description:
      'What a retention would remove if it were in force now, counted exactly; changes nothing. It reads every entry as old, so it costs 1,000 points. Needs organization:update; a denied attempt is recorded.',
    complexity: COST,
    args: {
      organizationId: t.arg.id({ description: 'Default: the current organization.' }),
      retentionDays: t.arg.int({
        description: 'From 1 to 36,500; null = for ever; absent = as in the settings.',
      }),
      scopes: t.arg({
        type: [ScopeRetentionInput],
        description: 'Overrides, at most one a scope; null = none; absent = as in the settings.',
      }),
    },
    resolve: (_root, args, { session }) => retentionPreview(session, args),
  }),
);
