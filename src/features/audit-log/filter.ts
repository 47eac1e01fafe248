import { emailProblem, normalizeEmail } from '../../kernel/email.ts';
import { refuse } from '../../kernel/problems.ts';
import { storableTextProblem } from '../../kernel/text.ts';
import type { ActorType, AuditOutcome, ProductScope } from '../../kernel/vocabulary.ts';

type List<T> = readonly T[] | null | undefined;

/** What to restrict a log to: OR within a list, AND between fields; absent or empty = no restriction. */
export interface AuditLogFilter {
  readonly scopes?: List<ProductScope>;
  /** Exact, or `prefix.*`. */
  readonly actions?: List<string>;
  readonly notActions?: List<string>;
  readonly emails?: List<string>;
  /** Entries without an email stay. */
  readonly notEmails?: List<string>;
  readonly resourceUIDs?: List<string>;
  readonly actorTypes?: List<ActorType>;
  readonly outcomes?: List<AuditOutcome>;
  /** From inclusive, to exclusive; either may be open. */
  readonly createdAt?:
    | { readonly from?: Date | null | undefined; readonly to?: Date | null | undefined }
    | null
    | undefined;
  /** Text contained in the details, whatever its case. */
  readonly search?: string | null | undefined;
}

/** A filter whose rules are checked, its addresses normalised, its empty lists gone. */
export interface Criteria {
  readonly scopes: readonly string[];
  readonly actions: ActionPatterns;
  readonly notActions: ActionPatterns;
  readonly emails: readonly string[];
  readonly notEmails: readonly string[];
  readonly resourceUIDs: readonly string[];
  readonly actorTypes: readonly string[];
  readonly outcomes: readonly string[];
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly search: string | null;
  readonly about: AuditLogSubject | null;
}

/** One thing or person whose whole trail is wanted. */
export interface AuditLogSubject {
  /** What entries done to it name. */
  readonly resourceUID: string;
  /** The address of a person, whose own doings are wanted too; null for a thing. */
  readonly email: string | null;
}

/** Actions wanted exactly, and the prefixes (each with its final dot) wanted whole. */
export interface ActionPatterns {
  readonly exact: readonly string[];
  readonly prefixes: readonly string[];
}

const LARGEST_LIST = 100;
const LONGEST_SEARCH = 1_000;

/** @throws InvalidInputError naming each field of the filter that breaks a rule */
export function criteriaOf(
  filter: AuditLogFilter | null | undefined,
  about: AuditLogSubject | null = null,
): Criteria {
  const given = filter ?? {};
  const { createdAt, search } = given;
  refuse(
    ...LISTS.map((name) => [['filter', name], listProblem(given[name])] as const),
    ...(['actions', 'notActions'] as const).map(
      (name) => [['filter', name], first(given[name], patternProblem)] as const,
    ),
    ...(['emails', 'notEmails'] as const).map(
      (name) => [['filter', name], first(given[name], emailProblem)] as const,
    ),
    [['filter', 'resourceUIDs'], first(given.resourceUIDs, storableTextProblem)],
    [['filter', 'createdAt'], rangeProblem(createdAt)],
    [['filter', 'search'], search == null ? null : searchProblem(search)],
  );
  return {
    scopes: unique(given.scopes),
    actions: patternsOf(given.actions),
    notActions: patternsOf(given.notActions),
    emails: unique(given.emails?.map(normalizeEmail)),
    notEmails: unique(given.notEmails?.map(normalizeEmail)),
    resourceUIDs: unique(given.resourceUIDs),
    actorTypes: unique(given.actorTypes),
    outcomes: unique(given.outcomes),
    fromMs: createdAt?.from?.getTime() ?? null,
    toMs: createdAt?.to?.getTime() ?? null,
    search: search || null,
    about,
  };
}

/** Whether the criteria restrict nothing. */
export const isUnrestricted = ({ actions, notActions, ...rest }: Criteria): boolean =>
  [actions, notActions].every(({ exact, prefixes }) => exact.length + prefixes.length === 0) &&
  Object.values(rest).every(
    (value) => value === null || (Array.isArray(value) && value.length === 0),
  );

/** No action at all. */
export const NO_PATTERNS = { exact: [], prefixes: [] } as const;

/** Criteria that ask for no span of time. */
export const TIMELESS = { fromMs: null, toMs: null } as const;

/** Whether a span of time is asked for. */
export const isTimed = (criteria: readonly Criteria[]): boolean =>
  criteria.some(({ fromMs, toMs }) => fromMs !== null || toMs !== null);

const LISTS = [
  'scopes',
  'actions',
  'notActions',
  'emails',
  'notEmails',
  'resourceUIDs',
  'actorTypes',
  'outcomes',
] as const;

const unique = (values: List<string>): readonly string[] => [...new Set(values ?? [])];

const patternsOf = (patterns: List<string>): ActionPatterns => ({
  exact: unique(patterns?.filter((pattern) => !pattern.endsWith('*'))),
  prefixes: unique(patterns?.filter((pattern) => pattern.endsWith('*')).map((p) => p.slice(0, -1))),
});

const listProblem = (values: List<unknown>): string | null =>
  values && values.length > LARGEST_LIST
    ? `Lists at most ${LARGEST_LIST} values; it has ${values.length}.`
    : null;

const first = <T>(values: List<T>, check: (value: T) => string | null): string | null => {
  for (const value of values ?? []) {
    const problem = check(value);
    if (problem) return problem;
  }
  return null;
};

const patternProblem = (pattern: string): string | null =>
  /^[^*]+$/u.test(pattern) || /^[^*]+\.\*$/u.test(pattern)
    ? storableTextProblem(pattern)
    : `${JSON.stringify(pattern.slice(0, 100))} is neither an action nor a prefix such as schedule.* with a dot before the star.`;

const rangeProblem = (range: AuditLogFilter['createdAt']): string | null =>
  range?.from && range.to && range.from >= range.to
    ? 'The range is empty: from must lie before to.'
    : null;

const searchProblem = (text: string): string | null =>
  text.length > LONGEST_SEARCH
    ? `Must be at most ${LONGEST_SEARCH} characters.`
    : storableTextProblem(text);
