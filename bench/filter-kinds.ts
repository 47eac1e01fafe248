import type { AuditLogFilter } from '../src/features/audit-log/filter.ts';
import { emailOf } from './read-data.ts';

/** Kinds of filters, of which every combination is measured: one of each row. */
const KINDS: readonly Record<string, AuditLogFilter>[] = [
  {
    'any action': {},
    'common action': { actions: ['schedule.updated'] },
    'rare action': { actions: ['secret.deleted'] },
    'absent action': { actions: ['no.such'] },
    prefix: { actions: ['schedule.*'] },
    'all but a prefix': { notActions: ['schedule.*'] },
  },
  {
    anybody: {},
    'busy person': { emails: [emailOf(0)] },
    'rare person': { emails: [emailOf(1_900)] },
    '100 people': { emails: Array.from({ length: 100 }, (_, rank) => emailOf(rank)) },
  },
  {
    'any scope': {},
    'one scope': { scopes: ['COST'] },
    'three scopes': { scopes: ['COST', 'SCHEDULING', 'PLATFORM'] },
  },
  {
    'whatever came of it': {},
    'in a week': {
      createdAt: { from: new Date('2025-06-01T00:00:00Z'), to: new Date('2025-06-08T00:00:00Z') },
    },
    denied: { outcomes: ['DENIED'] },
    'by services': { actorTypes: ['SERVICE'] },
    'of one resource': { resourceUIDs: ['res_77'] },
  },
];

/** A filter and how to name it. */
export interface Combination {
  readonly name: string;
  readonly filter: AuditLogFilter;
}

/** Every combination of one filter of each kind. */
export const combinations = (): Combination[] =>
  KINDS.reduce<Combination[]>(
    (all, kind) =>
      all.flatMap(({ name, filter }) =>
        Object.entries(kind).map(([other, more]) => ({
          name: name ? `${name}, ${other}` : other,
          filter: { ...filter, ...more },
        })),
      ),
    [{ name: '', filter: {} }],
  );

/** Milliseconds that the statements of a page may execute for: more for several people × several scopes. */
export const limitMs = ({ emails, scopes }: AuditLogFilter): number =>
  (emails?.length ?? 0) > 1 && (scopes?.length ?? 0) > 1 ? 10 : 3;
