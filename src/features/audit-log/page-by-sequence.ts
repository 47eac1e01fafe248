import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import type { AuditLogRow } from './audit-log.ts';
import { leadsNowhere, pathToGather } from './choose-path.ts';
import { type Criteria, isTimed } from './filter.ts';
import { likelyNumbers } from './likely-numbers.ts';
import { likelyPath } from './likely-path.ts';
import { isCommonInSpan, pageNearInSpan } from './near-in-span.ts';
import { gatheredPage, nearestPage, type Rows } from './page-sql.ts';
import { beyond, type Extent, type Ordering, type Span } from './span-sql.ts';
import { gatheredByStrides, walkedPage } from './walked-page.ts';

/** Entries next to the page's beginning that are looked at before any index is asked. */
const NEAREST = 400;
/** Where so large a part of a page is met among the nearest, the rest is met soon. */
const SOON = 1 / 10;

/** A page in the order of recording: what many entries match is met soon in the log itself. */
export async function pageBySequence(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  ordering: Ordering,
  rows: Rows,
): Promise<Partial<AuditLogRow>[]> {
  const found = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
    nearestPage(criteria, extent, ordering, rows, NEAREST, bindings),
  );
  if (found.length === rows.limit || countIn(extent.sequences) <= NEAREST) return found;
  if (found.length < rows.limit * SOON) {
    return foundByIndex(session, extent, criteria, ordering, rows);
  }
  const rest = { ...rows, limit: rows.limit - found.length, skip: 0 };
  const last = [Number(found.at(-1)?.sequence)];
  const sequences = beyond(extent.sequences, last, ordering.isAscending);
  const further = { ...extent, sequences };
  return [...found, ...(await walkedPage(session, further, criteria, ordering, rest))];
}

/** What is met seldom in the log itself: out of a span of time in which it is common, or gathered whole. */
async function foundByIndex(
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  ordering: Ordering,
  rows: Rows,
): Promise<Partial<AuditLogRow>[]> {
  const likely = await likelyNumbers(session, extent, criteria);
  if (isTimed(criteria) && likely && isCommonInSpan(likely, rows)) {
    const page = await pageNearInSpan(session, extent, criteria, ordering, rows);
    if (page) return page;
  }
  const path =
    (likely && (await likelyPath(session, extent, criteria, likely))) ??
    (await pathToGather(session, extent, criteria));
  if (leadsNowhere(path)) return [];
  if (path.index === 'time') {
    const page = isTimed(criteria) ? gatheredByStrides : walkedPage;
    return page(session, extent, criteria, ordering, rows);
  }
  return selectBound(session, (bindings) => gatheredPage(path, extent, ordering, rows, bindings));
}

/** How many sequences lie in a span. */
const countIn = ({ above: [above = 0], below: [below = 0] }: Span): number => below - above - 1;
