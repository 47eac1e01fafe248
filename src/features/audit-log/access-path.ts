import type { Provider } from '../../database/database.ts';
import { startOf } from '../../database/dialect.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { Criteria } from './filter.ts';

/**
 * A way to the entries that match: one index, read in order once for each of `tuples`, which name
 * the values of the index's leading columns: no tuple, no entry. What the tuples do not say, `rest` still asks.
 * No two tuples are equal, and no entry matches two of them.
 */
export interface AccessPath {
  readonly index: IndexName;
  readonly tuples: readonly (readonly string[])[];
  readonly rest: readonly Criteria[];
}

/** An index of the log: by its log, its keys and then the columns of its order. */
interface LogIndex {
  /** Its name in the database. */
  readonly name: string;
  /** What a tuple is compared with, as SQL. */
  readonly keys: (provider: Provider) => readonly string[];
  readonly order: typeof BY_TIME | typeof BY_SEQUENCE;
  /** What an entry must keep to stand in it; it must be said word for word for it to be used. */
  readonly only?: string;
}

/** The two orders of a log. */
export const BY_TIME = ['createdAtMs', 'sequence'] as const;
export const BY_SEQUENCE = ['sequence'] as const;

/** Characters of a resourceUID in its index: Postgres limits the bytes of an index's entry. */
const INDEXED_LENGTH = 64;

/** The indexes that pages are read by; `docs/decisions/0017` says why these. */
export const LOG_INDEXES = {
  time: index('AuditLog_ledgerId_createdAtMs_sequence_idx'),
  scope: index('AuditLog_ledgerId_scope_createdAtMs_sequence_idx', '"scope"'),
  action: index('AuditLog_by_action', '"action"', '"scope"'),
  email: index('AuditLog_by_email', '"email"'),
  outcome: { ...index('AuditLog_by_outcome', '"outcome"'), only: `"outcome" <> 'SUCCESS'` },
  actorType: { ...index('AuditLog_by_actor_type', '"actorType"'), only: `"actorType" <> 'USER'` },
  resource: {
    ...index('AuditLog_by_resource'),
    keys: (provider) => [startOf(provider, '"resourceUID"', INDEXED_LENGTH)],
    only: '"resourceUID" IS NOT NULL',
  },
  /** The primary key. */
  sequence: { name: 'sqlite_autoindex_AuditLog_1', keys: () => [], order: BY_SEQUENCE },
} as const satisfies Record<string, LogIndex>;

function index(name: string, ...keys: string[]) {
  return { name, keys: (_: Provider): readonly string[] => keys, order: BY_TIME };
}

export type IndexName = keyof typeof LOG_INDEXES;

/** The path that any criteria can take: the whole log in one of its two orders. */
export const wholeLog = (
  index: 'time' | 'sequence',
  criteria: readonly Criteria[],
): AccessPath => ({ index, tuples: [[]], rest: criteria });

type ListField = 'scopes' | 'emails' | 'resourceUIDs' | 'actorTypes' | 'outcomes';

/** What every one of the criteria admits for a field; null when none restricts it. */
export const admitted = (
  criteria: readonly Criteria[],
  field: ListField,
): readonly string[] | null =>
  criteria
    .map((one) => one[field])
    .filter((values) => values.length > 0)
    .reduce<readonly string[] | null>(
      (both, values) => (both ? both.filter((value) => values.includes(value)) : values),
      null,
    );

/** Whether some field is asked to be two things at once, so that nothing can match. */
export const isImpossible = (criteria: readonly Criteria[]): boolean =>
  (['scopes', 'emails', 'resourceUIDs', 'actorTypes', 'outcomes'] as const).some(
    (field) => admitted(criteria, field)?.length === 0,
  );

/**
 * Every path narrower than the whole log, in the order of preference where they are equally narrow.
 * `actions` are those in the log that the first criteria with any patterns admit; null = unknown.
 */
export function narrowPaths(
  criteria: readonly Criteria[],
  actions: readonly string[] | null,
): AccessPath[] {
  const scopes = fewerThan(PRODUCT_SCOPES, admitted(criteria, 'scopes'));
  const resources = resourcesIn(criteria);
  const path = (
    index: IndexName,
    values: readonly string[] | null,
    answered: Partial<Criteria>,
  ): AccessPath[] => {
    const rest = criteria.map((one) => ({ ...one, ...answered }));
    return values ? [{ index, tuples: values.map((value) => [value]), rest }] : [];
  };
  return [
    ...path('resource', resources && startsOf(resources), {}),
    ...path('outcome', unusual(criteria, 'outcomes', 'SUCCESS'), { outcomes: [] }),
    ...path('email', admitted(criteria, 'emails'), { emails: [] }),
    ...(actions ? [byAction(criteria, actions, scopes ?? PRODUCT_SCOPES)] : []),
    ...path('actorType', unusual(criteria, 'actorTypes', 'USER'), { actorTypes: [] }),
    ...path('scope', actions ? null : scopes, { scopes: [] }),
  ];
}

function byAction(
  criteria: readonly Criteria[],
  actions: readonly string[],
  scopes: readonly string[],
): AccessPath {
  const first = criteria.findIndex(asksForActions);
  return {
    index: 'action',
    tuples: actions.flatMap((action) => scopes.map((scope) => [action, scope])),
    rest: criteria.map((one, at) => ({
      ...one,
      scopes: [],
      ...(at === first && { actions: { exact: [], prefixes: [] } }),
    })),
  };
}

/** Whether criteria name actions that they want. */
export const asksForActions = ({ actions: { exact, prefixes } }: Criteria): boolean =>
  exact.length + prefixes.length > 0;

const fewerThan = (all: readonly string[], values: readonly string[] | null) =>
  values && values.length < all.length ? values : null;

/** What is asked of a field whose index leaves out the usual value; null when it cannot answer. */
function unusual(
  criteria: readonly Criteria[],
  field: 'outcomes' | 'actorTypes',
  usual: string,
): readonly string[] | null {
  const values = admitted(criteria, field);
  return values?.includes(usual) ? null : values;
}

function resourcesIn(criteria: readonly Criteria[]): readonly string[] | null {
  const about = criteria.find((one) => one.about?.email === null)?.about;
  return about ? [about.resourceUID] : admitted(criteria, 'resourceUIDs');
}

const startsOf = (uids: readonly string[]): string[] => [
  ...new Set(uids.map((uid) => [...uid].slice(0, INDEXED_LENGTH).join(''))),
];
