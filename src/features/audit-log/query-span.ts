import { DAY_MS } from '../../kernel/clock.ts';
import { parseInstant } from '../../kernel/instant.ts';

/** A span of time: from inclusive, to exclusive; undefined is open. */
export interface QuerySpan {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

const FORM =
  'give a day (2026-03-01), an instant (2026-03-01T09:00:00Z), >=, >, <=, < and one of them, or two with .. between; * leaves an end open.';

/** A day (UTC) or an instant, as the first millisecond in it and the first one after it. */
function momentOf(text: string): { first: number; after: number } | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(text);
  const parsed = parseInstant(isDay ? `${text}T00:00:00Z` : text);
  if ('problem' in parsed) return null;
  return { first: parsed.ms, after: parsed.ms + (isDay ? DAY_MS : 1) };
}

/** The span that a `created:` value names, both ends included as written; or what is wrong with it. */
export function spanOf(value: string): QuerySpan | { readonly problem: string } {
  const [start = '', end, ...more] = value.split('..');
  if (more.length > 0) return { problem: FORM };
  return end === undefined ? openSpan(start) : closedSpan(start, end);
}

function closedSpan(start: string, end: string): QuerySpan | { readonly problem: string } {
  const [from, to] = [momentOf(start), momentOf(end)];
  if ((!from && start !== '*') || (!to && end !== '*')) return { problem: FORM };
  if (from && to && from.first >= to.after) return { problem: 'the span is empty.' };
  return { from: from ? new Date(from.first) : undefined, to: to ? new Date(to.after) : undefined };
}

function openSpan(value: string): QuerySpan | { readonly problem: string } {
  const [, operator = '', text = ''] = /^(>=|>|<=|<|)(.*)$/u.exec(value) ?? [];
  const moment = momentOf(text);
  if (!moment) return { problem: FORM };
  const [first, after] = [new Date(moment.first), new Date(moment.after)];
  switch (operator) {
    case '>=':
      return { from: first };
    case '>':
      return { from: after };
    case '<=':
      return { to: after };
    case '<':
      return { to: first };
    default:
      return { from: first, to: after };
  }
}
