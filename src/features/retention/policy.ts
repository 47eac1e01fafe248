import { DAY_MS } from '../../kernel/clock.ts';
import { PRODUCT_SCOPES, type ProductScope } from '../../kernel/vocabulary.ts';

/** For how many days the entries of a scope are kept; null = for ever. */
export interface ScopeRetention {
  readonly scope: ProductScope;
  readonly days: number | null;
}

/** For how many days entries are kept: those of the scopes named, and all others. */
export interface RetentionPolicy {
  /** Null = for ever. */
  readonly retentionDays: number | null;
  /** At most one a scope; it wins over retentionDays, be it shorter or longer. */
  readonly scopes: readonly ScopeRetention[];
}

/** Before which instant of recording entries may go, by scope; a scope that is absent keeps all. */
export type Cutoffs = ReadonlyMap<ProductScope, number>;

const daysOf = ({ retentionDays, scopes }: RetentionPolicy, scope: ProductScope): number | null => {
  const override = scopes.find((one) => one.scope === scope);
  return override ? override.days : retentionDays;
};

const isShorter = (days: number | null, than: number | null): boolean =>
  days !== null && (than === null || days < than);

const longer = (one: number | null, other: number | null): number | null =>
  isShorter(one, other) ? other : one;

/** Whether any scope's entries would be kept for a shorter time. */
export const isShortened = (from: RetentionPolicy, to: RetentionPolicy): boolean =>
  PRODUCT_SCOPES.some((scope) => isShorter(daysOf(to, scope), daysOf(from, scope)));

/** The policy that keeps what either of the two keeps, and nothing more. */
export function longestOf(one: RetentionPolicy, other: RetentionPolicy): RetentionPolicy {
  const retentionDays = longer(one.retentionDays, other.retentionDays);
  const each = PRODUCT_SCOPES.map((scope) => ({
    scope,
    days: longer(daysOf(one, scope), daysOf(other, scope)),
  }));
  return { retentionDays, scopes: each.filter(({ days }) => days !== retentionDays) };
}

/** Before which instants of recording a policy lets entries go, seen from `now`. */
export const cutoffsOf = (policy: RetentionPolicy, now: Date): Cutoffs =>
  new Map(
    PRODUCT_SCOPES.flatMap((scope) => {
      const days = daysOf(policy, scope);
      return days === null ? [] : [[scope, now.getTime() - days * DAY_MS] as const];
    }),
  );

/** The same, none of them later than `limitMs`. */
export const limitedTo = (cutoffs: Cutoffs, limitMs: number): Cutoffs =>
  new Map([...cutoffs].map(([scope, ms]) => [scope, Math.min(ms, limitMs)]));

/** The latest of them; null when every scope keeps all. */
export const latestOf = (cutoffs: Cutoffs): number | null =>
  cutoffs.size === 0 ? null : Math.max(...cutoffs.values());
