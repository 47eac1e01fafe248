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

/** Beyond every instant and every sequence. */
export const BEYOND = Number.MAX_SAFE_INTEGER;

/** The span that leaves nothing out of what is told by instant and sequence. Sequences begin at 1. */
export const ALL_TIMES: Span = { above: [-BEYOND, 0], below: [BEYOND, 0] };

/** The same of what is told by sequence alone. */
export const ALL_SEQUENCES: Span = { above: [0], below: [BEYOND] };

/** Whether what lies above a place, or below it, is all: for each entry that is looked at a comparison costs. */
export const isOpen = (operator: '>' | '<', [first, ...others]: readonly Bindable[]): boolean =>
  operator === '<' ? first === BEYOND : first === -BEYOND || (first === 0 && others.length === 0);

/** The keyset by row comparison: flat at any depth. */
export const spanSql = (
  columns: readonly Column[],
  { above, below }: Span<Bindable>,
  bindings: Bindings,
): string[] => {
  const end = (operator: '>' | '<', place: readonly Bindable[]): string[] =>
    isOpen(operator, place)
      ? []
      : [
          `(${columnsSql(columns)}) ${operator} (${place.map((own) => bindings.bind(own)).join(', ')})`,
        ];
  return [...end('>', above), ...end('<', below)];
};

/** Columns as they are listed. */
export const columnsSql = (
  columns: readonly (Column | 'ledgerId' | 'rowid')[],
  prefix = '',
): string => columns.map((column) => `${prefix}"${column}"`).join(', ');

/** An order in full. */
export const orderSql = ({ columns, isAscending }: Ordering, prefix = ''): string =>
  `ORDER BY ${columns.map((column) => `${prefix}"${column}" ${isAscending ? 'ASC' : 'DESC'}`).join(', ')}`;
