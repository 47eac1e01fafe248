import type { Bindable, Bindings } from '../../database/bindings.ts';
import { numberRows } from '../../database/dialect.ts';
import { type AccessPath, BY_SEQUENCE, BY_TIME, LOG_INDEXES } from './access-path.ts';
import type { AuditLogRow } from './audit-log.ts';
import type { Criteria } from './filter.ts';
import { conditionsOf } from './filter-sql.ts';

/** A column that readers may see. */
export type Column = keyof AuditLogRow;

/** What lies strictly between two places, each told by the same columns. */
export interface Span<Value extends Bindable = number> {
  readonly above: readonly Value[];
  readonly below: readonly Value[];
}

/** Which entries of one log to read; `Value` = what tells the log and its snapshot. */
export interface Extent<Value extends Bindable = number> {
  readonly ledgerId: Value;
  /** Places by "createdAtMs" and "sequence". */
  readonly times: Span;
  /** Places by "sequence" alone. */
  readonly sequences: Span<Value | number>;
}

/** The same where the statement itself may have to work them out. */
type AnyExtent = Extent<Bindable>;

/** How a page is ordered: by all of these columns in one direction. */
export interface Ordering {
  readonly columns: readonly (Column | 'ledgerId')[];
  readonly isAscending: boolean;
}

/** What of a page to read. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly limit: number;
  readonly skip: number;
}

/** More branches than this read places first and then only the rows that the page needs. */
const MOST_WHOLE_BRANCHES = 8;

/** A page in the order of the path's index: each branch in that order, then merged. */
export function orderedPage(
  path: AccessPath,
  extent: AnyExtent,
  ordering: Ordering,
  { columns, limit, skip }: Rows,
  bindings: Bindings,
): string {
  const isWhole = path.tuples.length <= MOST_WHOLE_BRANCHES;
  const branch = {
    columns: isWhole ? columns : BY_TIME,
    isAscending: ordering.isAscending,
    limit: bindings.bind(limit + skip),
  };
  const found = branchesSql(path, extent, branch, bindings);
  if (path.tuples.length <= 1 && skip === 0 && path.index !== 'places') return found;
  const merged = `SELECT * FROM (${found}) AS "found" ${orderSql(ordering)} ${rowsSql(limit, skip, bindings)}`;
  return isWhole ? merged : rowsAt(merged, extent, ordering, columns, bindings);
}

/** A page in an order that the path's index does not have: all that match are gathered, then sorted. */
export function gatheredPage(
  path: AccessPath,
  extent: Extent,
  ordering: Ordering,
  { columns, limit, skip }: Rows,
  bindings: Bindings,
): string {
  const branch = { columns: BY_TIME, isAscending: false, limit: bindings.bind(EVERY) };
  const found = branchesSql(path, extent, branch, bindings);
  const places = `SELECT * FROM (${found}) AS "found" ${orderSql(ordering)} ${rowsSql(limit, skip, bindings)}`;
  return rowsAt(places, extent, ordering, columns, bindings);
}

/** More than any log has. */
const EVERY = Number.MAX_SAFE_INTEGER;

/** A page out of the first `count` entries of the log in the page's order. */
export function nearestPage(
  criteria: readonly Criteria[],
  extent: Extent,
  ordering: Ordering,
  { columns, limit, skip }: Rows,
  count: number,
  bindings: Bindings,
): string {
  const near = nearestSql(criteria, extent, ordering, count, bindings);
  return `SELECT ${columnsSql(columns)} ${near} ${orderSql(ordering)} ${rowsSql(limit, skip, bindings)}`;
}

/** How many of the first `count` entries of the log match. */
export const nearestCount = (
  criteria: readonly Criteria[],
  extent: Extent,
  ordering: Ordering,
  count: number,
  bindings: Bindings,
): string =>
  `SELECT count(*) AS "count" ${nearestSql(criteria, extent, ordering, count, bindings)}`;

function nearestSql(
  criteria: readonly Criteria[],
  { ledgerId, sequences, times }: Extent,
  ordering: Ordering,
  count: number,
  bindings: Bindings,
): string {
  const isTimed = ordering.columns.includes('createdAtMs');
  const own = isTimed
    ? spanSql(BY_TIME, times, bindings)
    : spanSql(BY_SEQUENCE, sequences, bindings);
  const inOrder = orderSql({ ...ordering, columns: ['ledgerId', ...ordering.columns] });
  const near = `SELECT * FROM "AuditLog" WHERE "ledgerId" = ${bindings.bind(ledgerId)} AND ${own.join(' AND ')} ${inOrder} LIMIT ${bindings.bind(count)}`;
  const timeless = criteria.map((one) => ({ ...one, fromMs: null, toMs: null }));
  const conditions = [
    ...(isTimed ? spanSql(BY_SEQUENCE, sequences, bindings) : spanSql(BY_TIME, times, bindings)),
    ...timeless.flatMap((one) => conditionsOf(one, bindings)),
  ];
  return `FROM (${near}) AS "near" WHERE ${conditions.join(' AND ')}`;
}

/** How many entries a path leads to, counted no further than `most`. */
export function countSql(
  path: AccessPath,
  extent: Extent,
  most: number,
  bindings: Bindings,
): string {
  const limit = bindings.bind(most);
  const branch = { columns: BY_SEQUENCE, isAscending: false, limit };
  const found = branchesSql(path, extent, branch, bindings);
  return `SELECT count(*) AS "count" FROM (SELECT 1 FROM (${found}) AS "found" LIMIT ${limit}) AS "counted"`;
}

interface Branch {
  readonly columns: readonly (Column | 'rowid')[];
  readonly isAscending: boolean;
  readonly limit: string;
}

/** The first entries of every branch, each in the order of the index. */
function branchesSql(
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  bindings: Bindings,
): string {
  if (path.index === 'places') return atPlaces(path, extent, branch, bindings);
  const index = LOG_INDEXES[path.index];
  const keys = index.keys(bindings.provider);
  const within = bindings.provider === 'sqlite' ? withinOnSqlite : withinOnPostgresql;
  const [only = [], ...others] = path.tuples;
  if (others.length === 0) {
    const select = within(path, extent, branch, keys, bindings);
    return select(only.map((value) => bindings.bind(value)));
  }
  return bindings.provider === 'sqlite'
    ? manyOnSqlite(path, extent, branch, keys, bindings)
    : manyOnPostgresql(path, extent, branch, keys, bindings);
}

/** SQLite joins nothing laterally, but looks rows up that a subquery names for each branch. */
function manyOnSqlite(
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  keys: readonly string[],
  bindings: Bindings,
): string {
  const select = withinOnSqlite(path, extent, { ...branch, columns: ['rowid'] }, keys, bindings);
  const one = select(keys.map((_, at) => `"branch"."value"->>${at}`));
  const branches = `json_each(${bindings.bind(JSON.stringify(path.tuples))}) AS "branch"`;
  return `SELECT ${columnsSql(branch.columns, '"entry".')} FROM ${branches} CROSS JOIN "AuditLog" AS "entry" WHERE "entry"."rowid" IN (${one})`;
}

function manyOnPostgresql(
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  keys: readonly string[],
  bindings: Bindings,
): string {
  const select = withinOnPostgresql(path, extent, branch, keys, bindings);
  const lists = keys.map((_, at) =>
    bindings.textArray(path.tuples.map((tuple) => tuple[at] ?? '')),
  );
  const names = keys.map((_, at) => `"key${at}"`);
  const one = select(names.map((name) => `"branch".${name}`));
  return `SELECT "entry".* FROM unnest(${lists.join(', ')}) AS "branch"(${names.join(', ')}) CROSS JOIN LATERAL (${one}) AS "entry"`;
}

/** Makes the statement of one branch out of the values of its keys. */
type Select = (values: readonly string[]) => string;

/** The index is named outright: SQLite would choose by guesses that it makes without statistics. */
function withinOnSqlite(
  path: AccessPath,
  extent: AnyExtent,
  { columns, isAscending, limit }: Branch,
  keys: readonly string[],
  bindings: Bindings,
): Select {
  const index = LOG_INDEXES[path.index];
  const ledger = `"ledgerId" = ${bindings.bind(extent.ledgerId)}`;
  const conditions = [
    ...spanSql(index.order, index.order === BY_TIME ? extent.times : extent.sequences, bindings),
    ...restSql(path, extent, bindings),
  ];
  const tail = `${orderSql({ columns: index.order, isAscending })} LIMIT ${limit}`;
  return (values) => {
    const equal = keys.map((key, at) => `${key} = ${values[at]}`);
    return `SELECT ${columnsSql(columns)} FROM "AuditLog" INDEXED BY "${index.name}" WHERE ${[ledger, ...equal, ...conditions].join(' AND ')} ${tail}`;
  };
}

/**
 * The place in the whole index is one row comparison, and the order is the index's own in full:
 * no other index has that order, so Postgres makes the same plan with and without the values, and
 * one text serves every cursor and span of time.
 */
function withinOnPostgresql(
  path: AccessPath,
  extent: AnyExtent,
  { columns, isAscending, limit }: Branch,
  keys: readonly string[],
  bindings: Bindings,
): Select {
  const index = LOG_INDEXES[path.index];
  const ledger = `"ledgerId" = ${bindings.bind(extent.ledgerId)}`;
  const { above, below } = index.order === BY_TIME ? extent.times : extent.sequences;
  const place = [...keys, ...index.order.map((column) => `"${column}"`)];
  const [from, to] = [above, below].map((ends) => ends.map((end) => `${bindings.bind(end)}::int8`));
  const rest = restSql(path, extent, bindings);
  const order = place.map((part) => `${part} ${isAscending ? 'ASC' : 'DESC'}`).join(', ');
  return (values) => {
    const bound = (ends: readonly string[] = []) => [...values, ...ends].join(', ');
    const conditions = [
      ledger,
      `(${place.join(', ')}) > (${bound(from)})`,
      `(${place.join(', ')}) < (${bound(to)})`,
      ...rest,
    ];
    return `SELECT ${columnsSql(columns)} FROM "AuditLog" WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`;
  };
}

/** Each place is looked at by the primary key: its limit keeps Postgres from joining in any other way. */
function atPlaces(
  path: AccessPath,
  extent: AnyExtent,
  { columns, limit }: Branch,
  bindings: Bindings,
): string {
  const places = (path.places ?? []).join(',');
  const conditions = [
    `"ledgerId" = ${bindings.bind(extent.ledgerId)} AND "sequence" = "place"."value"`,
    ...spanSql(BY_TIME, extent.times, bindings),
    ...spanSql(BY_SEQUENCE, extent.sequences, bindings),
    ...restSql(path, extent, bindings),
  ].join(' AND ');
  const rows = numberRows(bindings.provider, bindings.bind(places), '"place"');
  const wanted = columnsSql(columns);
  return bindings.provider === 'sqlite'
    ? `SELECT ${wanted} FROM ${rows} CROSS JOIN "AuditLog" INDEXED BY "${LOG_INDEXES.places.name}" WHERE ${conditions} LIMIT ${limit}`
    : `SELECT "entry".* FROM ${rows} CROSS JOIN LATERAL (SELECT ${wanted} FROM "AuditLog" WHERE ${conditions} LIMIT 1) AS "entry" LIMIT ${limit}`;
}

/** What the index does not answer by its place. */
function restSql(
  { index, rest }: AccessPath,
  { sequences }: AnyExtent,
  bindings: Bindings,
): string[] {
  const { order, ...own } = LOG_INDEXES[index];
  const isTimed = order === BY_TIME;
  const asked = rest.map((one) => (isTimed ? { ...one, fromMs: null, toMs: null } : one));
  return [
    ...('only' in own ? [own.only] : []),
    ...asked.flatMap((one) => conditionsOf(one, bindings)),
    ...(isTimed ? spanSql(BY_SEQUENCE, sequences, bindings) : []),
  ];
}

/**
 * The rows at places already found, in the order in which they were found: by its own the log would
 * be walked. SQLite takes what a cross join joins in the order in which it is written.
 */
const rowsAt = (
  places: string,
  { ledgerId }: AnyExtent,
  ordering: Ordering,
  columns: readonly Column[],
  bindings: Bindings,
): string =>
  `SELECT ${columnsSql(columns, 'e.')} FROM (${places}) AS "place" CROSS JOIN "AuditLog" e WHERE e."ledgerId" = ${bindings.bind(ledgerId)} AND e."sequence" = "place"."sequence" ${orderSql(ordering, '"place".')}`;

/** The keyset by row comparison: flat at any depth. */
const spanSql = (
  columns: readonly Column[],
  { above, below }: Span<Bindable>,
  bindings: Bindings,
): string[] => {
  const places = (ends: readonly Bindable[]) => ends.map((end) => bindings.bind(end)).join(', ');
  return [
    `(${columnsSql(columns)}) > (${places(above)})`,
    `(${columnsSql(columns)}) < (${places(below)})`,
  ];
};

const columnsSql = (columns: readonly (Column | 'ledgerId' | 'rowid')[], prefix = ''): string =>
  columns.map((column) => `${prefix}"${column}"`).join(', ');

const orderSql = ({ columns, isAscending }: Ordering, prefix = ''): string =>
  `ORDER BY ${columns.map((column) => `${prefix}"${column}" ${isAscending ? 'ASC' : 'DESC'}`).join(', ')}`;

const rowsSql = (limit: number, skip: number, bindings: Bindings): string =>
  `LIMIT ${bindings.bind(limit)}${skip === 0 ? '' : ` OFFSET ${bindings.bind(skip)}`}`;
