import type { Provider, SqlValue } from './database.ts';

/**
 * SQL that is true where the text in `column` contains the text bound as `parameter` (`$1`, `$2` …),
 * whatever the case of either; not true where the column is null. `%` and `_` mean themselves.
 */
export const containsFolded = (provider: Provider, column: string, parameter: string): string =>
  provider === 'sqlite'
    ? `instr(fold(${column}), fold(${parameter})) > 0`
    : `strpos(fold(${column}), fold(${parameter}::text)) > 0`;

/** The same for the text as it is: case matters. */
export const contains = (provider: Provider, column: string, parameter: string): string =>
  provider === 'sqlite'
    ? `instr(${column}, ${parameter}) > 0`
    : `strpos(${column}, ${parameter}) > 0`;

/**
 * SQL that is true where `column` is one of these texts: one text of SQL, and so one prepared
 * statement, for lists of any length; but SQLite takes longer to unfold a list of one than to search.
 */
export function isAnyOf(
  provider: Provider,
  column: string,
  texts: readonly string[],
  bind: (value: SqlValue) => string,
): string {
  if (provider === 'postgresql') {
    return `${column} = ANY(${bind(listValue(provider, texts))}::text[])`;
  }
  const [only = ''] = texts;
  return texts.length === 1
    ? `${column} = ${bind(only)}`
    : `${column} IN (SELECT "value" FROM json_each(${bind(listValue(provider, texts))}))`;
}

/**
 * The texts bound as `parameter` by `listValue`, as rows of one column `value`: of a type, without
 * which SQLite does not see that an index has the order that is asked for.
 */
export const listRows = (provider: Provider, parameter: string, name: string): string =>
  provider === 'sqlite'
    ? `(SELECT CAST("value" AS TEXT) AS "value" FROM json_each(${parameter})) AS ${name}`
    : `unnest(${parameter}::text[]) AS ${name}("value")`;

/** A list of texts as one value to bind. */
export const listValue = (provider: Provider, texts: readonly string[]): SqlValue =>
  provider === 'sqlite'
    ? JSON.stringify(texts)
    : `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** The first `count` characters of a column, as SQL. */
export const startOf = (provider: Provider, column: string, count: number): string =>
  provider === 'sqlite' ? `substr(${column}, 1, ${count})` : `left(${column}, ${count})`;

/** The type of a column of `rowsOf`; bytes are bound as hexadecimal digits. */
export type RowColumn = 'text' | 'int8' | 'bytea';

/**
 * A table, to select from under the name "row", of rows that are bound as one JSON text: one text of
 * SQL, and so one prepared statement, for any number of them.
 */
export function rowsOf(
  provider: Provider,
  parameter: string,
  columns: Readonly<Record<string, RowColumn>>,
): string {
  const all = Object.entries(columns);
  if (provider === 'sqlite') {
    const read = (name: string, type: RowColumn) =>
      type === 'bytea' ? `unhex("value"->>'${name}')` : `"value"->>'${name}'`;
    return `(SELECT ${all.map(([name, type]) => `${read(name, type)} AS "${name}"`).join(', ')} FROM json_each(${parameter})) AS "row"`;
  }
  const made = all.map(([name, type]) =>
    type === 'bytea' ? `decode("${name}", 'hex') AS "${name}"` : `"${name}"`,
  );
  const given = all.map(([name, type]) => `"${name}" ${type === 'bytea' ? 'text' : type}`);
  return `(SELECT ${made.join(', ')} FROM json_to_recordset(${parameter}::text::json) AS "given"(${given.join(', ')})) AS "row"`;
}

/** The same as `isAnyOf` for whole numbers, which are bound as one text with commas between. */
export const isNumberOf = (provider: Provider, column: string, parameter: string): string =>
  provider === 'sqlite'
    ? `${column} IN (SELECT "value" FROM json_each('[' || ${parameter} || ']'))`
    : `${column} = ANY(string_to_array(${parameter}::text, ',')::int8[])`;

/** The whole numbers bound as `isNumberOf` takes them, as rows of one column `value`. */
export const numberRows = (provider: Provider, parameter: string, name: string): string =>
  provider === 'sqlite'
    ? `json_each('[' || ${parameter} || ']') AS ${name}`
    : `unnest(string_to_array(${parameter}::text, ',')::int8[]) AS ${name}("value")`;

/**
 * A statement of a transaction and its values, written for Postgres, as Prisma hands them to the
 * database: SQLite binds values by their place in the text, and knows no types.
 */
export function ownStatement(
  provider: Provider,
  text: string,
  ...values: readonly SqlValue[]
): [text: string, ...values: SqlValue[]] {
  if (provider === 'postgresql') return [text, ...values];
  const placed = text.match(/\$\d+/g) ?? [];
  return [
    text.replace(/\$\d+(::\w+)*/g, '?'),
    ...placed.map((name) => values[Number(name.slice(1)) - 1] ?? null),
  ];
}
