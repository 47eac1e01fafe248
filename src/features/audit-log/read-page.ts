import { type Bindable, type Bindings, selectBound } from '../../database/bindings.ts';
import type { Paging } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { BY_SEQUENCE, BY_TIME } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { type Choice, isStrided, leadsNowhere, pathOfPage } from './choose-path.ts';
import type { AuditLogCursor } from './cursor.ts';
import { earlier, extentOf, later } from './extent.ts';
import type { Criteria } from './filter.ts';
import { pageBySequence } from './page-by-sequence.ts';
import { nearestPage, orderedPage, type PageRead, type Rows } from './page-sql.ts';
import { searchedPage } from './search-page.ts';
import { isSearch } from './search-places.ts';
import type { AnyExtent, Column, Extent, Ordering, Span } from './span-sql.ts';
import { STRIDE } from './strides.ts';
import { walkedPage } from './walked-page.ts';

/** How to order entries; by default newest first by when they occurred. */
export interface AuditLogOrder {
  readonly field: 'CREATED_AT' | 'SEQUENCE';
  readonly direction: 'ASC' | 'DESC';
}

/** Which page of a log, and what of its entries. */
export interface PageWanted {
  readonly criteria: readonly Criteria[];
  readonly order: AuditLogOrder;
  readonly columns: readonly Column[];
  readonly paging: Paging<AuditLogCursor>;
  readonly skip: number;
  /** Whether the total is sure to be asked for. */
  readonly isCounted: boolean;
}

/** The log that a page is of, and the sequence before which its snapshot ends. */
export interface LogSnapshot<Value extends Bindable = number> {
  readonly ledgerId: Value;
  readonly beyond: Value | number;
}

/** The rows of a page in reading order, and one more where there is one; always with their places. */
export async function readPage(
  session: Session,
  snapshot: LogSnapshot,
  wanted: PageWanted,
  chosen: (choice: Choice) => void,
): Promise<Partial<AuditLogRow>[]> {
  const isByTime = wanted.order.field === 'CREATED_AT';
  const page = (isByTime ? pageByTime : pageInSequence)(snapshot, wanted);
  // What a search is for changes its way: none is kept.
  if (isSearch(page.criteria)) return searchedPage(session, page);
  if (!isByTime) return pageBySequence(session, page);
  const choice = await pathOfPage(session, page);
  chosen(choice);
  if (leadsNowhere(choice.path)) return [];
  if (isStrided(choice)) return walkedPage(session, page);
  return selectBound(session, (bindings) => orderedPage(choice.path, page, bindings));
}

/** The statement of a page ordered by time, along a path by time; where it is strided, out of the first stride. */
export function pageAlong<Value extends Bindable>(
  choice: Choice,
  snapshot: LogSnapshot<Value>,
  wanted: PageWanted,
  bindings: Bindings,
): string {
  const page = pageByTime(snapshot, wanted);
  return isStrided(choice)
    ? nearestPage(page, STRIDE, bindings)
    : orderedPage(choice.path, page, bindings);
}

/** What of a page to read: always the places, too. */
export const rowsOf = ({ columns, paging, skip }: PageWanted): Rows => ({
  columns: [...new Set<Column>([...BY_TIME, ...columns])],
  limit: paging.limit + 1,
  skip,
});

const isAscending = ({ order, paging }: PageWanted): boolean =>
  (order.direction === 'ASC') !== paging.backward;

/** A page by time, out of what its criteria and cursors leave of a snapshot. */
function pageByTime<Value extends Bindable>(
  { ledgerId, beyond }: LogSnapshot<Value>,
  wanted: PageWanted,
): PageRead<Extent<Value>> {
  const extent = extentOf(ledgerId, beyond, wanted.criteria);
  const times = narrowed(extent.times, wanted, timeOf);
  return pageRead(wanted, { ...extent, times }, BY_TIME);
}

function pageInSequence({ ledgerId, beyond }: LogSnapshot, wanted: PageWanted): PageRead {
  const extent = extentOf(ledgerId, beyond, wanted.criteria);
  const sequences = narrowed(extent.sequences, wanted, sequenceOf);
  return pageRead(wanted, { ...extent, sequences }, BY_SEQUENCE);
}

const pageRead = <Within extends AnyExtent>(
  wanted: PageWanted,
  extent: Within,
  columns: Ordering['columns'],
): PageRead<Within> => ({
  extent,
  criteria: wanted.criteria,
  ordering: { columns, isAscending: isAscending(wanted) },
  rows: rowsOf(wanted),
});

const timeOf = ({ createdAtMs, sequence }: AuditLogCursor) => [createdAtMs, sequence];
const sequenceOf = ({ sequence }: AuditLogCursor) => [sequence];

function narrowed(
  span: Span,
  { order, paging: { after, before } }: PageWanted,
  placeOf: (cursor: AuditLogCursor) => number[],
): Span {
  const [above, below] = order.direction === 'ASC' ? [after, before] : [before, after];
  return {
    above: above ? later(span.above, placeOf(above)) : span.above,
    below: below ? earlier(span.below, placeOf(below)) : span.below,
  };
}
