import type { AuditLog } from '../../src/features/audit-log/audit-log.ts';
import type { AuditLogFilter } from '../../src/features/audit-log/filter.ts';

type Check = (entry: AuditLog, filter: AuditLogFilter) => boolean;

const among = (values: readonly unknown[] | null | undefined, value: unknown): boolean =>
  !values?.length || values.includes(value);

const fits = (action: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern,
  );

/** What each part of a filter means, said as plainly as can be. */
const CHECKS: readonly Check[] = [
  ({ scope }, { scopes }) => among(scopes, scope),
  ({ action }, { actions }) => !actions?.length || fits(action, actions),
  ({ action }, { notActions }) => !fits(action, notActions ?? []),
  ({ email }, { emails }) => among(emails, email),
  ({ email }, { notEmails }) => email === null || !notEmails?.includes(email),
  ({ resourceUID }, { resourceUIDs }) => among(resourceUIDs, resourceUID),
  ({ actorType }, { actorTypes }) => among(actorTypes, actorType),
  ({ outcome }, { outcomes }) => among(outcomes, outcome),
  ({ createdAt }, { createdAt: span }) => !span?.from || createdAt >= span.from,
  ({ createdAt }, { createdAt: span }) => !span?.to || createdAt < span.to,
  ({ details }, { search }) =>
    !search || (details ?? '').toLowerCase().includes(search.toLowerCase()),
];

/** The entries that a filter admits, by looking at each. */
export const naivelyFiltered = (entries: readonly AuditLog[], filter: AuditLogFilter): AuditLog[] =>
  entries.filter((entry) => CHECKS.every((check) => check(entry, filter)));

/** Entries in an order, by comparing each two. */
export const naivelyOrdered = (
  entries: readonly AuditLog[],
  field: 'CREATED_AT' | 'SEQUENCE',
  direction: 'ASC' | 'DESC',
): AuditLog[] =>
  entries.toSorted((a, b) => {
    const [low, high] = direction === 'ASC' ? [a, b] : [b, a];
    const byTime = low.createdAt.getTime() - high.createdAt.getTime();
    return (field === 'CREATED_AT' ? byTime : 0) || low.sequence - high.sequence;
  });
