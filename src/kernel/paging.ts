import { refuse } from './problems.ts';

/** The four arguments of a Relay connection, as given. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A page to read: at most `limit` rows strictly after `after` and before `before`. */
export interface Paging<Cursor> {
  readonly limit: number;
  /** Whether the rows nearest to the end are wanted: `last` was given. */
  readonly backward: boolean;
  readonly after: Cursor | null;
  readonly before: Cursor | null;
}

/** One page in the connection's order, and whether rows lie beyond it. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const DEFAULT_PAGE_SIZE = 50;
/** The most rows that one page may ever have: the queries' plans are made for it. */
export const LARGEST_PAGE_SIZE = 100;

/** How many rows a page may have for who asks. */
export interface PageLimit {
  /** From 1 to `LARGEST_PAGE_SIZE`. */
  readonly largestPageSize: number;
}

/** The rows of a page whose size nobody named. */
export const defaultPageSize = ({ largestPageSize }: PageLimit): number =>
  Math.min(DEFAULT_PAGE_SIZE, largestPageSize);

/**
 * Reads the arguments of a connection; `decode` gives null for a cursor that it did not make.
 * @throws InvalidInputError naming each argument that breaks a rule
 */
export function readPaging<Cursor>(
  limit: PageLimit,
  { first, after, last, before }: PageArguments,
  decode: (cursor: string) => Cursor | null,
): Paging<Cursor> {
  const cursors = { after: after ? decode(after) : null, before: before ? decode(before) : null };
  refuse(
    ['first', sizeProblem(first, limit)],
    ['last', sizeProblem(last, limit) ?? (first != null && last != null ? NOT_BOTH : null)],
    ['after', after != null && !cursors.after ? UNREADABLE : null],
    ['before', before != null && !cursors.before ? UNREADABLE : null],
  );
  return { limit: first ?? last ?? defaultPageSize(limit), backward: last != null, ...cursors };
}

const NOT_BOTH = 'Give either first or last, not both.';
const UNREADABLE = 'This cursor is not one that this connection gave out.';

const sizeProblem = (
  size: number | null | undefined,
  { largestPageSize }: PageLimit,
): string | null =>
  size != null && (size < 0 || size > largestPageSize)
    ? `Must be from 0 to ${largestPageSize}; it is ${size}.`
    : null;

/**
 * The page in rows that were read in reading order (reversed when `backward`) with one row more
 * than `limit` asked for, so that it is known whether there are others.
 */
export function pageOf<Row>(paging: Paging<unknown>, read: readonly Row[]): Page<Row> {
  const { limit, backward, after, before } = paging;
  const more = read.length > limit;
  const rows = read.slice(0, limit);
  return backward
    ? { rows: rows.reverse(), hasNextPage: before !== null, hasPreviousPage: more }
    : { rows, hasNextPage: more, hasPreviousPage: after !== null };
}

/** A page, and the count of the rows in all pages, worked out only when asked for. */
export interface CountedPage<Row> extends Page<Row> {
  readonly total: () => Promise<{ readonly count: number; readonly isCapped: boolean }>;
}
