import type { Bindable, Bindings } from '../../database/bindings.ts';
import { numberRows } from '../../database/dialect.ts';
import { type AccessPath, BY_SEQUENCE, BY_TIME, LOG_INDEXES } from './access-path.ts';
import { TIMELESS } from './filter.ts';
import { conditionsOf } from './filter-sql.ts';
import { type AnyExtent, type Column, columnsSql, isOpen, orderSql, spanSql } from './span-sql.ts';

/** What of each branch to read. */
export interface Branch {
  readonly columns: readonly (Column | 'rowid')[];
  readonly isAscending: boolean;
  readonly limit: string;
}

/** The first entries of every branch, each in the order of the index. */
export function branchesSql(
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  bindings: Bindings,
): string {
  if (path.index === 'places') return atPlaces(path, extent, branch, bindings);
  const [only = [], ...others] = path.tuples;
  const { one, many } = bindings.provider === 'sqlite' ? ON_SQLITE : ON_POSTGRESQL;
  if (others.length > 0) return many(path, extent, branch, bindings);
  return one(path, extent, branch, bindings)(only.map((value) => bindings.bind(value)));
}

/**
 * Every entry of every branch, in no order; `limit` of them, or of each branch, will do. SQLite
 * reads them out of the index, where an order within each branch would have it look rows up.
 */
export function everySql(
  path: AccessPath,
  extent: AnyExtent,
  { columns, isAscending, limit }: Omit<Branch, 'limit'> & { readonly limit: number },
  bindings: Bindings,
): string {
  if (bindings.provider !== 'sqlite' || path.index === 'places') {
    const branch = { columns, isAscending, limit: bindings.bind(limit) };
    return branchesSql(path, extent, branch, bindings);
  }
  const [only = [], ...others] = path.tuples;
  const branches = `json_each(${bindings.bind(JSON.stringify(path.tuples))}) AS "branch" CROSS JOIN `;
  const [joined, values] =
    others.length > 0
      ? [branches, only.map((_, at) => `"branch"."value"->>${at}`)]
      : ['', only.map((value) => bindings.bind(value))];
  const { from, where } = indexOnSqlite(path, extent, bindings);
  return `SELECT ${columnsSql(columns)} FROM ${joined}${from} WHERE ${where(values)} LIMIT ${bindings.bind(limit)}`;
}

/** Makes the statement of something out of a path, the extent and what to read of each branch. */
type Made<Statement> = (
  path: AccessPath,
  extent: AnyExtent,
  branch: Branch,
  bindings: Bindings,
) => Statement;

const keysOf = ({ index }: AccessPath, { provider }: Bindings) => LOG_INDEXES[index].keys(provider);

/** SQLite joins nothing laterally, but looks rows up that a subquery names for each branch. */
const manyOnSqlite: Made<string> = (path, extent, branch, bindings) => {
  const select = withinOnSqlite(path, extent, { ...branch, columns: ['rowid'] }, bindings);
  const one = select(keysOf(path, bindings).map((_, at) => `"branch"."value"->>${at}`));
  const branches = `json_each(${bindings.bind(JSON.stringify(path.tuples))}) AS "branch"`;
  return `SELECT ${columnsSql(branch.columns, '"entry".')} FROM ${branches} CROSS JOIN "AuditLog" AS "entry" WHERE "entry"."rowid" IN (${one})`;
};

const manyOnPostgresql: Made<string> = (path, extent, branch, bindings) => {
  const keys = keysOf(path, bindings);
  const select = withinOnPostgresql(path, extent, branch, bindings);
  const lists = keys.map((_, at) =>
    bindings.textArray(path.tuples.map((tuple) => tuple[at] ?? '')),
  );
  const names = keys.map((_, at) => `"key${at}"`);
  const one = select(names.map((name) => `"branch".${name}`));
  return `SELECT "entry".* FROM unnest(${lists.join(', ')}) AS "branch"(${names.join(', ')}) CROSS JOIN LATERAL (${one}) AS "entry"`;
};

/** Makes the statement of one branch, or its conditions, out of the values of its keys. */
type Select = (values: readonly string[]) => string;

/** The index is named outright: SQLite would choose by guesses that it makes without statistics. */
function indexOnSqlite(path: AccessPath, extent: AnyExtent, bindings: Bindings) {
  const keys = keysOf(path, bindings);
  const index = LOG_INDEXES[path.index];
  const ledger = `"ledgerId" = ${bindings.bind(extent.ledgerId)}`;
  const conditions = [
    ...spanSql(index.order, index.order === BY_TIME ? extent.times : extent.sequences, bindings),
    ...restSql(path, extent, bindings),
  ];
  const where: Select = (values) =>
    [ledger, ...keys.map((key, at) => `${key} = ${values[at]}`), ...conditions].join(' AND ');
  return { from: `"AuditLog" INDEXED BY "${index.name}"`, where };
}

const withinOnSqlite: Made<Select> = (path, extent, { columns, isAscending, limit }, bindings) => {
  const { from, where } = indexOnSqlite(path, extent, bindings);
  const tail = `${orderSql({ columns: LOG_INDEXES[path.index].order, isAscending })} LIMIT ${limit}`;
  return (values) => `SELECT ${columnsSql(columns)} FROM ${from} WHERE ${where(values)} ${tail}`;
};

/**
 * The place in the whole index is one row comparison at each end, of the keys alone where the end is
 * open, and the order is the index's own in full: no other index has that order, so Postgres makes
 * the same plan with and without the values, and one text serves every cursor.
 */
const withinOnPostgresql: Made<Select> = (
  path,
  extent,
  { columns: wanted, isAscending, limit },
  bindings,
) => {
  const keys = keysOf(path, bindings);
  const index = LOG_INDEXES[path.index];
  const ledger = `"ledgerId" = ${bindings.bind(extent.ledgerId)}`;
  const { above, below } = index.order === BY_TIME ? extent.times : extent.sequences;
  const columns = index.order.map((column) => `"${column}"`);
  const end = (operator: '>' | '<', ends: readonly Bindable[]) => {
    const own = isOpen(operator, ends) ? [] : ends.map((one) => `${bindings.bind(one)}::int8`);
    const place = [...keys, ...columns.slice(0, own.length)].join(', ');
    const compared = own.length > 0 ? operator : `${operator}=`;
    return (values: readonly string[]): string[] =>
      place === '' ? [] : [`(${place}) ${compared} (${[...values, ...own].join(', ')})`];
  };
  const [from, to] = [end('>', above), end('<', below)];
  const rest = restSql(path, extent, bindings);
  const order = [...keys, ...columns]
    .map((part) => `${part} ${isAscending ? 'ASC' : 'DESC'}`)
    .join(', ');
  return (values) => {
    const conditions = [ledger, ...from(values), ...to(values), ...rest];
    return `SELECT ${columnsSql(wanted)} FROM "AuditLog" WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`;
  };
};

const ON_SQLITE = { one: withinOnSqlite, many: manyOnSqlite };
const ON_POSTGRESQL = { one: withinOnPostgresql, many: manyOnPostgresql };

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
  const asked = rest.map((one) => (isTimed ? { ...one, ...TIMELESS } : one));
  return [
    ...('only' in own ? [own.only] : []),
    ...asked.flatMap((one) => conditionsOf(one, bindings)),
    ...(isTimed ? spanSql(BY_SEQUENCE, sequences, bindings) : []),
  ];
}
