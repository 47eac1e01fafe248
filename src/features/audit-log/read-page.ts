import type { Paging } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { BY_SEQUENCE, BY_TIME, wholeLog } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { leadsNowhere, pathByTime, pathToGather } from './choose-path.ts';
import type { AuditLogCursor } from './cursor.ts';
import { earlier, later } from './extent.ts';
import type { Criteria } from './filter.ts';
import { Bindings } from './filter-sql.ts';
import {
  type Column,
  type Extent,
  gatheredPage,
  nearestPage,
  type Ordering,
  orderedPage,
  type Rows,
  type Span,
} from './page-sql.ts';

/** How to order entries; by default newest first by when they occurred. */
export interface AuditLogOrder {
  readonly field: 'CREATED_AT' | 'SEQUENCE';
  readonly direction: 'ASC' | 'DESC';
}

/** Which page, and what of its entries. */
interface PageWanted {
  readonly columns: readonly Column[];
  readonly paging: Paging<AuditLogCursor>;
  readonly skip: number;
}

/** The rows of a page in reading order, and one more where there is one; always with their places. */
export async function readPage(
  session: Session,
  snapshot: Extent,
  criteria: readonly Criteria[],
  order: AuditLogOrder,
  { columns, paging, skip }: PageWanted,
): Promise<Partial<AuditLogRow>[]> {
  const isAscending = (order.direction === 'ASC') !== paging.backward;
  const extent = turned(snapshot, order, paging);
  const rows: Rows = {
    columns: [...new Set<Column>([...BY_TIME, ...columns])],
    limit: paging.limit + 1,
    skip,
  };
  const read = order.field === 'CREATED_AT' ? pageByTime : pageBySequence;
  return read(session, extent, criteria, isAscending, rows);
}

type Read = (
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  isAscending: boolean,
  rows: Rows,
) => Promise<Partial<AuditLogRow>[]>;

const pageByTime: Read = async (session, extent, criteria, isAscending, rows) => {
  const path = await pathByTime(session, extent, criteria);
  if (leadsNowhere(path)) return [];
  const bindings = new Bindings(session.provider);
  const text = orderedPage(path, extent, { columns: BY_TIME, isAscending }, rows, bindings);
  return session.select(text, bindings.values);
};

/** Entries next to the page's beginning that are looked at before any index is asked. */
const NEAREST = 1_000;
/** Where so large a part of a page is met among the nearest, the rest is met soon. */
const SOON = 1 / 4;

/** What many entries match is met soon in the log's own order; what few match is gathered. */
const pageBySequence: Read = async (session, extent, criteria, isAscending, rows) => {
  const ordering: Ordering = { columns: BY_SEQUENCE, isAscending };
  const nearest = new Bindings(session.provider);
  const text = nearestPage(criteria, extent, ordering, rows, NEAREST, nearest);
  const found = await session.select<Partial<AuditLogRow>>(text, nearest.values);
  if (found.length === rows.limit || countIn(extent.sequences) <= NEAREST) return found;
  const isSoon = found.length >= rows.limit * SOON;
  const path = isSoon
    ? wholeLog('sequence', criteria)
    : await pathToGather(session, extent, criteria);
  if (leadsNowhere(path)) return [];
  const bindings = new Bindings(session.provider);
  const read = isSoon ? orderedPage : gatheredPage;
  return session.select(read(path, extent, ordering, rows, bindings), bindings.values);
};

/** How many sequences lie in a span. */
const countIn = ({ above: [above = 0], below: [below = 0] }: Span): number => below - above - 1;

/** The part of a snapshot that a page's cursors leave. */
function turned(
  snapshot: Extent,
  { field, direction }: AuditLogOrder,
  { after, before }: Paging<AuditLogCursor>,
): Extent {
  const [above, below] = direction === 'ASC' ? [after, before] : [before, after];
  return field === 'CREATED_AT'
    ? { ...snapshot, times: narrowed(snapshot.times, above, below, timeOf) }
    : { ...snapshot, sequences: narrowed(snapshot.sequences, above, below, sequenceOf) };
}

const timeOf = ({ createdAtMs, sequence }: AuditLogCursor) => [createdAtMs, sequence];
const sequenceOf = ({ sequence }: AuditLogCursor) => [sequence];

function narrowed(
  span: Span,
  above: AuditLogCursor | null,
  below: AuditLogCursor | null,
  placeOf: (cursor: AuditLogCursor) => number[],
): Span {
  return {
    above: above ? later(span.above, placeOf(above)) : span.above,
    below: below ? earlier(span.below, placeOf(below)) : span.below,
  };
}
