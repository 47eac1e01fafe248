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
import { nearestPage, orderedPage, type Rows } from './page-sql.ts';
import { searchedPage } from './search-page.ts';
import { isSearch } from './search-places.ts';
import type { Column, Extent, Span } from './span-sql.ts';
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
  // What a search is for changes its way: none is kept.
  if (isSearch(wanted.criteria)) return pageOfSearch(session, snapshot, wanted);
  if (wanted.order.field === 'SEQUENCE') {
    const extent = turnedBySequence(snapshot, wanted);
    const ordering = { columns: BY_SEQUENCE, isAscending: isAscending(wanted) };
    return pageBySequence(session, extent, wanted.criteria, ordering, rowsOf(wanted));
  }
  const page = { isAscending: isAscending(wanted), limit: rowsOf(wanted).limit };
  const extent = turnedByTime(snapshot, wanted);
  const choice = await pathOfPage(session, extent, wanted.criteria, page);
  chosen(choice);
  if (leadsNowhere(choice.path)) return [];
  if (isStrided(choice)) {
    const ordering = { columns: BY_TIME, isAscending: page.isAscending };
    return walkedPage(session, extent, wanted.criteria, ordering, rowsOf(wanted));
  }
  return selectBound(session, (bindings) => pageAlong(choice, snapshot, wanted, bindings));
}

function pageOfSearch(
  session: Session,
  snapshot: LogSnapshot,
  wanted: PageWanted,
): Promise<Partial<AuditLogRow>[]> {
  const isByTime = wanted.order.field === 'CREATED_AT';
  const extent = (isByTime ? turnedByTime : turnedBySequence)(snapshot, wanted);
  const columns = isByTime ? BY_TIME : BY_SEQUENCE;
  const ordering = { columns, isAscending: isAscending(wanted) };
  return searchedPage(session, extent, wanted.criteria, ordering, rowsOf(wanted));
}

/** The statement of a page ordered by time, along a path by time; where it is strided, out of the first stride. */
export function pageAlong<Value extends Bindable>(
  choice: Choice,
  snapshot: LogSnapshot<Value>,
  wanted: PageWanted,
  bindings: Bindings,
): string {
  const extent = turnedByTime(snapshot, wanted);
  const ordering = { columns: BY_TIME, isAscending: isAscending(wanted) };
  const rows = rowsOf(wanted);
  return isStrided(choice)
    ? nearestPage(wanted.criteria, extent, ordering, rows, STRIDE, bindings)
    : orderedPage(choice.path, extent, ordering, rows, bindings);
}

/** What of a page to read: always the places, too. */
export const rowsOf = ({ columns, paging, skip }: PageWanted): Rows => ({
  columns: [...new Set<Column>([...BY_TIME, ...columns])],
  limit: paging.limit + 1,
  skip,
});

const isAscending = ({ order, paging }: PageWanted): boolean =>
  (order.direction === 'ASC') !== paging.backward;

/** The part of a snapshot that a page's criteria and cursors leave. */
function turnedByTime<Value extends Bindable>(
  { ledgerId, beyond }: LogSnapshot<Value>,
  wanted: PageWanted,
): Extent<Value> {
  const extent = extentOf(ledgerId, beyond, wanted.criteria);
  return { ...extent, times: narrowed(extent.times, wanted, timeOf) };
}

function turnedBySequence({ ledgerId, beyond }: LogSnapshot, wanted: PageWanted): Extent {
  const extent = extentOf(ledgerId, beyond, wanted.criteria);
  return { ...extent, sequences: narrowed(extent.sequences, wanted, sequenceOf) };
}

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
