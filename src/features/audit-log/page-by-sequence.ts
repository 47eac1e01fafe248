import { selectBound } from '../../database/bindings.ts';
import type { Session } from '../../ledger/session.ts';
import type { AuditLogRow } from './audit-log.ts';
import { leadsNowhere, pathToGather } from './choose-path.ts';
import { isTimed } from './filter.ts';
import { likelyNumbers } from './likely-numbers.ts';
import { likelyPath } from './likely-path.ts';
import { isCommonInSpan, pageNearInSpan } from './near-in-span.ts';
import { gatheredPage, nearestPage, type PageRead } from './page-sql.ts';
import { beyond, type Span } from './span-sql.ts';
import { gatheredByStrides, walkedPage } from './walked-page.ts';

/** Entries next to the page's beginning that are looked at before any index is asked. */
const NEAREST = 400;
/** Where so large a part of a page is met among the nearest, the rest is met soon. */
const SOON = 1 / 10;

/** A page in the order of recording: what many entries match is met soon in the log itself. */
export async function pageBySequence(
  session: Session,
  page: PageRead,
): Promise<Partial<AuditLogRow>[]> {
  const { extent, ordering, rows } = page;
  const found = await selectBound<Partial<AuditLogRow>>(session, (bindings) =>
    nearestPage(page, NEAREST, bindings),
  );
  if (found.length === rows.limit || countIn(extent.sequences) <= NEAREST) return found;
  if (found.length < rows.limit * SOON) return foundByIndex(session, page);
  const rest = { ...rows, limit: rows.limit - found.length, skip: 0 };
  const last = [Number(found.at(-1)?.sequence)];
  const sequences = beyond(extent.sequences, last, ordering.isAscending);
  const further = { ...page, extent: { ...extent, sequences }, rows: rest };
  return [...found, ...(await walkedPage(session, further))];
}

/** What is met seldom in the log itself: out of a span of time in which it is common, or gathered whole. */
async function foundByIndex(session: Session, page: PageRead): Promise<Partial<AuditLogRow>[]> {
  const { extent, criteria, rows } = page;
  const likely = await likelyNumbers(session, extent, criteria);
  if (isTimed(criteria) && likely && isCommonInSpan(likely, rows)) {
    const near = await pageNearInSpan(session, page);
    if (near) return near;
  }
  const path =
    (likely && (await likelyPath(session, extent, criteria, likely))) ??
    (await pathToGather(session, extent, criteria));
  if (leadsNowhere(path)) return [];
  if (path.index === 'time') {
    return (isTimed(criteria) ? gatheredByStrides : walkedPage)(session, page);
  }
  return selectBound(session, (bindings) => gatheredPage(path, page, bindings));
}

/** How many sequences lie in a span. */
const countIn = ({ above: [above = 0], below: [below = 0] }: Span): number => below - above - 1;
