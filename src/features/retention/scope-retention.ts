import { canonicalJson } from '../../kernel/json-value.ts';
import { PRODUCT_SCOPES } from '../../kernel/vocabulary.ts';
import type { ScopeRetention } from './policy.ts';

/** The overrides in a stored text. */
export const scopesIn = (text: string): readonly ScopeRetention[] =>
  JSON.parse(text) as ScopeRetention[];

/** Overrides as canonical text, in the order of the scopes. */
export const scopesText = (scopes: readonly ScopeRetention[]): string =>
  canonicalJson(
    PRODUCT_SCOPES.flatMap((scope) => scopes.find((one) => one.scope === scope) ?? []).map(
      ({ scope, days }) => ({ scope, days }),
    ),
  );

/** Overrides as given: an absent number of days keeps the scope for ever. */
export type ScopeRetentionInput = Omit<ScopeRetention, 'days'> & {
  readonly days?: number | null | undefined;
};

/** The overrides that were asked for; null = none. */
export const givenScopes = (
  given: readonly ScopeRetentionInput[] | null,
): readonly ScopeRetention[] => (given ?? []).map(({ scope, days = null }) => ({ scope, days }));

const LONGEST_RETENTION_DAYS = 36_500;

/** What is wrong with a number of days; null when nothing is. */
export const retentionProblem = (days: number): string | null =>
  days < 1 || days > LONGEST_RETENTION_DAYS
    ? `Must be from 1 to ${LONGEST_RETENTION_DAYS} days, or null to keep entries for ever.`
    : null;

/** What is wrong with overrides: two of one scope, or a number of days. */
export function scopesProblem(given: readonly ScopeRetentionInput[]): string | null {
  const twice = given.find(({ scope }, index) =>
    given.slice(index + 1).some((other) => other.scope === scope),
  );
  if (twice) return `${twice.scope} stands here twice.`;
  for (const { days } of given) {
    const problem = days == null ? null : retentionProblem(days);
    if (problem) return problem;
  }
  return null;
}
