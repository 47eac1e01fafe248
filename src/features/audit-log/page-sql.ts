import type { Bindings } from '../../database/bindings.ts';
import { type AccessPath, answersAll, BY_SEQUENCE, BY_TIME, wholeLog } from './access-path.ts';
import { type Branch, branchesSql, everySql } from './branches-sql.ts';
import { type Criteria, TIMELESS } from './filter.ts';
import { conditionsOf } from './filter-sql.ts';
import {
  type AnyExtent,
  beyond,
  type Column,
  columnsSql,
  type Extent,
  type Ordering,
  orderSql,
  spanSql,
} from './span-sql.ts';

/** What of a page to read. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly limit: number;
  readonly skip: number;
}

/** A page to be read: out of which part of a log, what is asked of its entries, and in which order. */
export interface PageRead<Within extends AnyExtent = Extent> {
  readonly extent: Within;
  readonly criteria: readonly Criteria[];
  readonly ordering: Ordering;
  readonly rows: Rows;
}

/** More branches than this read places first and then only the rows that the page needs. */
const MOST_WHOLE_BRANCHES = 8;

/** A page in the order of the path's index: each branch in that order, then merged. */
export function orderedPage(
  path: AccessPath,
  { extent, ordering, rows: { columns, limit, skip } }: Omit<PageRead<AnyExtent>, 'criteria'>,
  bindings: Bindings,
): string {
  const isWhole = path.tuples.length <= MOST_WHOLE_BRANCHES;
  const branch = {
    columns: isWhole ? columns : BY_TIME,
    isAscending: ordering.isAscending,
    limit: bindings.bind(limit + skip),
  };
  const found =
    isWhole || !answersAll(path)
      ? branchesSql(path, extent, branch, bindings)
      : nearBranches(path, extent, branch, limit + skip, bindings);
  if (path.tuples.length <= 1 && skip === 0 && path.index !== 'places') return found;
  const merged = `SELECT * FROM (${found}) AS "found" ${orderSql(ordering)} ${rowsSql(limit, skip, bindings)}`;
  return isWhole ? merged : rowsAt(merged, extent, ordering, columns, bindings);
}

/** How many times as many entries as a page has tell where it ends at the latest. */
const TOLD = 4;

/**
 * The same as `branchesSql` without what lies beyond a page of `count` entries: it ends no later than
 * the last of as many out of the first few of every branch. Where there are fewer, nothing is left out.
 */
function nearBranches(
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  count: number,
  bindings: Bindings,
): string {
  const { isAscending } = branch;
  const few = bindings.bind(Math.ceil((count * TOLD) / path.tuples.length));
  const first = branchesSql(path, extent, { ...branch, limit: few }, bindings);
  const order = orderSql({ columns: BY_TIME, isAscending });
  const end = `SELECT "createdAtMs", "sequence" FROM (${first}) AS "first" ${order} LIMIT 1 OFFSET ${bindings.bind(count - 1)}`;
  const { above, below } = extent.times;
  const [atMs, at] = (isAscending ? below : above).map((own) => bindings.bind(own));
  // Spans leave their ends out.
  const place = [
    { sql: `coalesce((SELECT "createdAtMs" FROM "end"), ${atMs})` },
    { sql: `coalesce((SELECT "sequence" ${isAscending ? '+' : '-'} 1 FROM "end"), ${at})` },
  ];
  return `WITH "end" AS MATERIALIZED (${end}) ${branchesSql(path, { ...extent, times: beyond(extent.times, place, !isAscending) }, branch, bindings)}`;
}

/**
 * A page in an order that the path's index does not have: all that match are gathered, then sorted. They
 * are read in the page's direction: what was recorded first mostly occurred first, so that what is met
 * later is seldom among the first.
 */
export function gatheredPage(
  path: AccessPath,
  { extent, ordering, rows: { columns, limit, skip } }: PageRead,
  bindings: Bindings,
): string {
  const every = { columns: BY_TIME, isAscending: ordering.isAscending, limit: EVERY };
  const found = everySql(path, extent, every, bindings);
  const places = `SELECT * FROM (${found}) AS "found" ${orderSql(ordering)} ${rowsSql(limit, skip, bindings)}`;
  return rowsAt(places, extent, ordering, columns, bindings);
}

/** More than any log has. */
const EVERY = Number.MAX_SAFE_INTEGER;

/**
 * A page out of the first `count` entries of the log in the page's order. SQLite takes them as they come,
 * which is in that order; asked for it once more, it would sort all of them.
 */
export function nearestPage(page: PageRead<AnyExtent>, count: number, bindings: Bindings): string {
  const {
    ordering,
    rows: { columns, limit, skip },
  } = page;
  const near = `SELECT ${columnsSql(columns)} ${nearestSql(page, count, bindings)}`;
  const own = rowsSql(limit, skip, bindings);
  return bindings.provider === 'sqlite' ? `${near} ${own}` : `${near} ${orderSql(ordering)} ${own}`;
}

/** A page by sequence out of a span of time: out of the first `count` of its entries in that order. */
export function nearestInSpan(
  { criteria, extent, ordering, rows: { columns, limit, skip } }: PageRead,
  count: number,
  bindings: Bindings,
): string {
  const { isAscending } = ordering;
  const every = { columns: BY_SEQUENCE, isAscending, limit: bindings.bind(EVERY) };
  const found = branchesSql(wholeLog('time', []), extent, every, bindings);
  const near = `SELECT "sequence" FROM (${found}) AS "found" ${orderSql(ordering)} LIMIT ${bindings.bind(count)}`;
  const conditions = timeless(criteria).flatMap((one) => conditionsOf(one, bindings));
  return `${rowsAt(near, extent, ordering, columns, bindings, conditions)} ${rowsSql(limit, skip, bindings)}`;
}

/** How many of the first `count` entries of the log match. */
export const nearestCount = (asked: Asked, count: number, bindings: Bindings): string =>
  `SELECT count(*) AS "count" ${nearestSql(asked, count, bindings)}`;

/** A page of which no rows are read. */
type Asked = Omit<PageRead<AnyExtent>, 'rows'>;

function nearestSql(
  { criteria, extent: { ledgerId, sequences, times }, ordering }: Asked,
  count: number,
  bindings: Bindings,
): string {
  const isTimed = ordering.columns.includes('createdAtMs');
  const own = isTimed
    ? spanSql(BY_TIME, times, bindings)
    : spanSql(BY_SEQUENCE, sequences, bindings);
  const inOrder = orderSql({ ...ordering, columns: ['ledgerId', ...ordering.columns] });
  const within = [`"ledgerId" = ${bindings.bind(ledgerId)}`, ...own].join(' AND ');
  const near = `SELECT * FROM "AuditLog" WHERE ${within} ${inOrder} LIMIT ${bindings.bind(count)}`;
  const conditions = [
    'true',
    ...(isTimed ? spanSql(BY_SEQUENCE, sequences, bindings) : spanSql(BY_TIME, times, bindings)),
    ...timeless(criteria).flatMap((one) => conditionsOf(one, bindings)),
  ];
  return `FROM (${near}) AS "near" WHERE ${conditions.join(' AND ')}`;
}

/** What is asked but for when. */
const timeless = (criteria: readonly Criteria[]): readonly Criteria[] =>
  criteria.map((one) => ({ ...one, ...TIMELESS }));

/** How many entries a path leads to, counted no further than `most`. */
export function countSql(
  path: AccessPath,
  extent: AnyExtent,
  most: number,
  bindings: Bindings,
): string {
  const found = everySql(
    path,
    extent,
    { columns: BY_SEQUENCE, isAscending: true, limit: most },
    bindings,
  );
  return `SELECT count(*) AS "count" FROM (SELECT 1 FROM (${found}) AS "found" LIMIT ${most}) AS "counted"`;
}

/**
 * The rows at places already found that meet the conditions, in the order in which they were found: by
 * its own the log would be walked. SQLite takes what a cross join joins in the order in which it is written.
 */
const rowsAt = (
  places: string,
  { ledgerId }: AnyExtent,
  ordering: Ordering,
  columns: readonly Column[],
  bindings: Bindings,
  conditions: readonly string[] = [],
): string =>
  `SELECT ${columnsSql(columns, 'e.')} FROM (${places}) AS "place" CROSS JOIN "AuditLog" e WHERE ${[`e."ledgerId" = ${bindings.bind(ledgerId)} AND e."sequence" = "place"."sequence"`, ...conditions].join(' AND ')} ${orderSql(ordering, '"place".')}`;

const rowsSql = (limit: number, skip: number, bindings: Bindings): string =>
  `LIMIT ${bindings.bind(limit)}${skip === 0 ? '' : ` OFFSET ${bindings.bind(skip)}`}`;
