import { canonicalJson } from '../../kernel/json-value.ts';
import { type ActionPatterns, type AuditLogFilter, criteriaOf } from '../audit-log/filter.ts';

/** A filter as JSON: only what restricts, in one form whoever wrote it. */
export interface HoldFilter extends Omit<AuditLogFilter, 'createdAt'> {
  readonly createdAt?: { readonly from?: string; readonly to?: string };
}

/** @throws InvalidInputError naming each field of the filter that breaks a rule */
export function holdFilterOf(filter: AuditLogFilter): HoldFilter {
  const { actions, notActions, fromMs, toMs, search, about: _about, ...lists } = criteriaOf(filter);
  const range = {
    ...(fromMs !== null && { from: new Date(fromMs).toISOString() }),
    ...(toMs !== null && { to: new Date(toMs).toISOString() }),
  };
  const filled = Object.entries({
    ...lists,
    actions: patterns(actions),
    notActions: patterns(notActions),
  }).filter(([, values]) => values.length > 0);
  return {
    ...Object.fromEntries(filled),
    ...(Object.keys(range).length > 0 && { createdAt: range }),
    ...(search !== null && { search }),
  };
}

/** The text that is stored of a hold's filter. */
export const holdFilterText = (filter: HoldFilter): string => canonicalJson(filter);

/** The filter in a stored text. */
export function filterIn(text: string): AuditLogFilter {
  const { createdAt, ...others } = JSON.parse(text) as HoldFilter;
  const { from, to } = createdAt ?? {};
  return {
    ...others,
    createdAt: { from: from ? new Date(from) : null, to: to ? new Date(to) : null },
  };
}

const patterns = ({ exact, prefixes }: ActionPatterns): readonly string[] => [
  ...exact,
  ...prefixes.map((prefix) => `${prefix}*`),
];
