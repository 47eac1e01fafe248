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
 * SQL that is true where `column` is one of the texts bound as `parameter` by `listValue`: one
 * text of SQL, and so one prepared statement, for lists of any length.
 */
export const isAnyOf = (provider: Provider, column: string, parameter: string): string =>
  provider === 'sqlite'
    ? `${column} IN (SELECT "value" FROM json_each(${parameter}))`
    : `${column} = ANY(${parameter}::text[])`;

/** The texts bound as `parameter` by `listValue`, as rows of one column `value`. */
export const listRows = (provider: Provider, parameter: string, name: string): string =>
  provider === 'sqlite'
    ? `json_each(${parameter}) AS ${name}`
    : `unnest(${parameter}::text[]) AS ${name}("value")`;

/** A list of texts as one value to bind. */
export const listValue = (provider: Provider, texts: readonly string[]): SqlValue =>
  provider === 'sqlite'
    ? JSON.stringify(texts)
    : `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** The first `count` characters of a column, as SQL. */
export const startOf = (provider: Provider, column: string, count: number): string =>
  provider === 'sqlite' ? `substr(${column}, 1, ${count})` : `left(${column}, ${count})`;
