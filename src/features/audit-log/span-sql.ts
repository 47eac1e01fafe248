import type { Bindable, Bindings } from '../../database/bindings.ts';
import type { AuditLogRow } from './audit-log.ts';

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
export interface AnyExtent extends Omit<Extent<Bindable>, 'times'> {
  readonly times: Span<Bindable>;
}

/** What of a span lies beyond a place in it. */
export const beyond = <Value extends Bindable>(
  span: Span<Value>,
  place: readonly Value[],
  isAscending: boolean,
): Span<Value> => ({ ...span, [isAscending ? 'above' : 'below']: place });

/** How a page is ordered: by all of these columns in one direction. */
export interface Ordering {
  readonly columns: readonly (Column | 'ledgerId')[];
  readonly isAscending: boolean;
}

/** The keyset by row comparison: flat at any depth. */
export const spanSql = (
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

/** Columns as they are listed. */
export const columnsSql = (
  columns: readonly (Column | 'ledgerId' | 'rowid')[],
  prefix = '',
): string => columns.map((column) => `${prefix}"${column}"`).join(', ');

/** An order in full. */
export const orderSql = ({ columns, isAscending }: Ordering, prefix = ''): string =>
  `ORDER BY ${columns.map((column) => `${prefix}"${column}" ${isAscending ? 'ASC' : 'DESC'}`).join(', ')}`;
