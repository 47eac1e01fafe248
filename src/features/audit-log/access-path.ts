import type { Provider } from '../../database/database.ts';
import { startOf } from '../../database/dialect.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import {
  type ActionPatterns,
  type Criteria,
  isUnrestricted,
  NO_PATTERNS,
  TIMELESS,
} from './filter.ts';

/**
 * A way to the entries that match: one index, read in order once for each of `tuples`, which name
 * the values of the index's leading columns: no tuple, no entry. What the tuples do not say, `rest` still asks.
 * No two tuples are equal, and no entry matches two of them.
 */
export interface AccessPath {
  readonly index: IndexName;
  readonly tuples: readonly (readonly string[])[];
  readonly rest: readonly Criteria[];
  /** The sequences to look at, where that is the way. */
  readonly places?: readonly number[];
}

/** What an index can answer from its own columns, without the entries. */
type Covered = 'scopes' | 'actions' | 'emails' | 'outcomes' | 'actorTypes';

/** An index of the log: by its log, its keys, the columns of its order and those that it carries along. */
interface LogIndex {
  /** Its name in the database. */
  readonly name: string;
  /** What a tuple is compared with, as SQL. */
  readonly keys: (provider: Provider) => readonly string[];
  readonly order: typeof BY_TIME | typeof BY_SEQUENCE;
  /** What is asked of the columns that it carries along. */
  readonly covers: readonly Covered[];
  /** What an entry must keep to stand in it; it must be said word for word for it to be used. */
  readonly only?: string;
}

/** The two orders of a log. */
export const BY_TIME = ['createdAtMs', 'sequence'] as const;
export const BY_SEQUENCE = ['sequence'] as const;

/** Characters of a resourceUID in its index: Postgres limits the bytes of an index's entry. */
const INDEXED_LENGTH = 64;

const PRIMARY_KEY = {
  ...{ name: 'sqlite_autoindex_AuditLog_1', keys: () => [], order: BY_SEQUENCE, covers: [] },
} as const;

/** The indexes that pages are read by; `docs/decisions/0017` says why these. */
export const LOG_INDEXES = {
  time: index('AuditLog_ledgerId_createdAtMs_sequence_idx', []),
  action: index(
    'AuditLog_by_scope_action',
    ['"scope"', '"action"'],
    ['scopes', 'actions', 'emails'],
  ),
  email: index('AuditLog_by_email', ['"email"']),
  outcome: {
    ...index('AuditLog_by_outcome', ['"outcome"'], ['emails', 'scopes', 'actions', 'actorTypes']),
    only: `"outcome" <> 'SUCCESS'`,
  },
  actorType: {
    ...index(
      'AuditLog_by_actor_type',
      ['"actorType"'],
      ['emails', 'scopes', 'actions', 'outcomes'],
    ),
    only: `"actorType" <> 'USER'`,
  },
  /** What programs did in the name of people: seldom much, where programs did and people did are both much. */
  programEmail: {
    ...index('AuditLog_by_program_email', ['"email"', '"actorType"']),
    only: `"actorType" <> 'USER' AND "email" IS NOT NULL`,
  },
  resource: {
    ...index('AuditLog_by_resource', []),
    keys: (provider) => [startOf(provider, '"resourceUID"', INDEXED_LENGTH)],
    only: '"resourceUID" IS NOT NULL',
  },
  /** The primary key. */
  sequence: PRIMARY_KEY,
  /** The same, at places that are known. */
  places: PRIMARY_KEY,
} as const satisfies Record<string, LogIndex>;

function index(name: string, keys: readonly string[], covers: readonly Covered[] = []) {
  return { name, keys: (_: Provider): readonly string[] => keys, order: BY_TIME, covers };
}

export type IndexName = keyof typeof LOG_INDEXES;

/** The path that any criteria can take: the whole log in one of its two orders. */
export const wholeLog = (
  index: 'time' | 'sequence',
  criteria: readonly Criteria[],
): AccessPath => ({ index, tuples: [[]], rest: criteria });

/** The path to entries at places that are known; none leads nowhere. */
export const toPlaces = (places: readonly number[], criteria: readonly Criteria[]): AccessPath => ({
  index: 'places',
  places,
  tuples: places.length > 0 ? [[]] : [],
  rest: criteria,
});

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

/** An action in a scope. */
export interface ScopedAction {
  readonly scope: string;
  readonly action: string;
}

/**
 * Every path narrower than the whole log, in the order of preference where they are equally narrow.
 * `pairs` are those in the log that the criteria admit, as far as `pairsIn` looks; null = unknown.
 */
export function narrowPaths(
  criteria: readonly Criteria[],
  pairs: readonly ScopedAction[] | null,
): AccessPath[] {
  const asked = pairs ? withActions(criteria, pairs) : criteria;
  const resources = resourcesIn(criteria);
  const path = (
    index: IndexName,
    tuples: readonly (readonly string[])[] | null | undefined,
    answered: Partial<Criteria>,
  ): AccessPath[] =>
    tuples ? [{ index, tuples, rest: asked.map((one) => ({ ...one, ...answered })) }] : [];
  const outcomes = unusual(criteria, 'outcomes', 'SUCCESS');
  const actorTypes = unusual(criteria, 'actorTypes', 'USER');
  const emails = admitted(criteria, 'emails');
  return [
    ...path('programEmail', actorTypes && emails && crossed(emails, actorTypes), {
      ...{ emails: [], actorTypes: [] },
    }),
    ...path('resource', resources && singles(startsOf(resources)), {}),
    ...path('outcome', outcomes && singles(outcomes), { outcomes: [] }),
    ...path('actorType', actorTypes && singles(actorTypes), { actorTypes: [] }),
    ...path('email', singles(emails), { emails: [] }),
    ...path(
      'action',
      pairs?.map(({ scope, action }) => [scope, action]),
      {
        ...{ scopes: [], actions: NO_PATTERNS, notActions: NO_PATTERNS },
      },
    ),
  ];
}

const crossed = (ones: readonly string[], others: readonly string[]) =>
  ones.flatMap((one) => others.map((other) => [one, other]));

const singles = (values: readonly string[] | null) => values?.map((value) => [value]);

/** The same criteria, their patterns said by the actions that they come to: no range of texts is left. */
function withActions(
  criteria: readonly Criteria[],
  pairs: readonly ScopedAction[],
): readonly Criteria[] {
  if (!criteria.some(restrictsActions)) return criteria;
  const exact = [...new Set(pairs.map(({ action }) => action))];
  return criteria.map((one, at) => ({
    ...one,
    actions: at === 0 ? { exact, prefixes: [] } : NO_PATTERNS,
    notActions: NO_PATTERNS,
  }));
}

/** Whether criteria say something of actions. */
export const restrictsActions = ({ actions, notActions }: Criteria): boolean =>
  [actions, notActions].some(hasPatterns);

/** Whether there is any pattern. */
export const hasPatterns = ({ exact, prefixes }: ActionPatterns): boolean =>
  exact.length + prefixes.length > 0;

/** Whether an action is among what all of the criteria admit. */
export const admitsAction = (criteria: readonly Criteria[], action: string): boolean =>
  criteria.every(
    ({ actions, notActions }) =>
      (!hasPatterns(actions) || matches(actions, action)) && !matches(notActions, action),
  );

const matches = ({ exact, prefixes }: ActionPatterns, action: string): boolean =>
  exact.includes(action) || prefixes.some((prefix) => action.startsWith(prefix));

/** The scopes that all of the criteria admit; null when that is every scope. */
export function scopesIn(criteria: readonly Criteria[]): readonly string[] | null {
  const scopes = admitted(criteria, 'scopes');
  return scopes && scopes.length < PRODUCT_SCOPES.length ? scopes : null;
}

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

/** Whether a path goes through the log itself and looks at each entry. */
export const isWalk = (path: AccessPath): boolean =>
  (path.index === 'time' || path.index === 'sequence') && !isCovered(path);

/** Whether all that a path by time leads to matches: nothing is left to ask but its span. */
export const answersAll = ({ rest }: AccessPath): boolean =>
  rest.every((one) => isUnrestricted({ ...one, ...TIMELESS }));

/** Whether all that is left to ask is answered by the index that the path goes by. */
export function isCovered({ index, rest }: AccessPath): boolean {
  const { order, covers }: LogIndex = LOG_INDEXES[index];
  const answered = {
    ...Object.fromEntries(covers.map((field) => [field, []])),
    ...(covers.includes('actions') && { actions: NO_PATTERNS, notActions: NO_PATTERNS }),
    ...(order === BY_TIME && TIMELESS),
  };
  return rest.every((one) => isUnrestricted({ ...one, ...answered }));
}

/** What it costs to look at an entry itself, to looking at what its index says of it. */
export const ENTRY_COST = 20;

/** What it costs to look at one entry along a path. */
export const costOfEach = (path: AccessPath): number => (isCovered(path) ? 1 : ENTRY_COST);
