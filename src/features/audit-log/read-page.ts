import type { Paging } from '../../kernel/paging.ts';
import type { Session } from '../../ledger/session.ts';
import { BY_SEQUENCE, BY_TIME, wholeLog } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import { leadsNowhere, MOST_GATHERED, pathByTime, pathToFew } from './choose-path.ts';
import type { AuditLogCursor } from './cursor.ts';
import { earlier, later } from './extent.ts';
import type { Criteria } from './filter.ts';
import { Bindings } from './filter-sql.ts';
import {
  type Column,
  type Extent,
  gatheredPage,
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
  const bindings = new Bindings(session.provider);
  const read = order.field === 'CREATED_AT' ? pageByTime : pageBySequence;
  const text = await read(session, extent, criteria, isAscending, rows, bindings);
  return text === null ? [] : session.select<Partial<AuditLogRow>>(text, bindings.values);
}

/** The text of a page's statement; null when nothing can match. */
type Read = (
  session: Session,
  extent: Extent,
  criteria: readonly Criteria[],
  isAscending: boolean,
  rows: Rows,
  bindings: Bindings,
) => Promise<string | null>;

const pageByTime: Read = async (session, extent, criteria, isAscending, rows, bindings) => {
  const path = await pathByTime(session, extent, criteria);
  if (leadsNowhere(path)) return null;
  return orderedPage(path, extent, { columns: BY_TIME, isAscending }, rows, bindings);
};

const pageBySequence: Read = async (session, extent, criteria, isAscending, rows, bindings) => {
  const ordering: Ordering = { columns: BY_SEQUENCE, isAscending };
  const few = await pathToFew(session, extent, criteria);
  if (few && leadsNowhere(few)) return null;
  return few
    ? gatheredPage(few, extent, ordering, rows, MOST_GATHERED, bindings)
    : orderedPage(wholeLog('sequence', criteria), extent, ordering, rows, bindings);
};

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
