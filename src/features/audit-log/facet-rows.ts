import { type Bindable, Bindings, type Sql } from '../../database/bindings.ts';
import { DAY_QUARTERS, eachQuarter, QUARTER_MS } from '../../ledger/quarters.ts';
import type { Session } from '../../ledger/session.ts';
import { TALLIES } from '../../ledger/tallies.ts';
import { wholeLog } from './access-path.ts';
import type { Criteria } from './filter.ts';
import { orderedPage } from './page-sql.ts';
import type { AnyExtent, Column, Extent } from './span-sql.ts';

/** Which entries of a log to count; `Value` = what tells the log and its snapshot. */
export interface Counted<Value extends Bindable = number> {
  readonly ledgerId: Value;
  /** The snapshot: nothing recorded after this sequence. */
  readonly asOf: Value | number;
  readonly extent: Extent<Value>;
  readonly criteria: readonly Criteria[];
}

/** The same where the statement itself may have to work them out. */
export type AnyCounted = Counted<Bindable>;

/** Entries between a roll-up's marker and the snapshot, or at the ends of a span, counted one by one. */
export const MOST_LOOSE = 10_000;

/** What a statement over roll-ups gives; `part` says which part of it gave the row. */
export interface FacetRow {
  readonly part: 'mark' | 'sum' | 'day' | 'tail' | 'edge';
  readonly scope: string;
  readonly action: string;
  readonly outcome: string;
  readonly email: string | null;
  /** A day, or a quarter of an hour, since the epoch. */
  readonly at: number | bigint;
  readonly count: number | bigint | string;
  readonly quarters: Uint8Array | null;
}

const COLUMNS = ['scope', 'action', 'outcome', 'email', 'at', 'count', 'quarters'] as const;

/** SQL of the columns of a row that a part does not leave out. */
export const partSql = (
  part: FacetRow['part'],
  given: Partial<Record<(typeof COLUMNS)[number], string>>,
): string => {
  const all = {
    scope: `''`,
    action: `''`,
    outcome: `''`,
    email: 'CAST(NULL AS text)',
    at: '0',
    count: '0',
    quarters: 'CAST(NULL AS bytea)',
    ...given,
  };
  return `SELECT '${part}' AS "part", ${COLUMNS.map((name) => `${all[name]} AS "${name}"`).join(', ')}`;
};

/** Makes the parts of a statement over roll-ups. */
export type Parts = (bindings: Bindings) => readonly string[];

/**
 * The rows of roll-ups and of what they lack, all of one moment: how far they go is read in the same
 * statement. Null when more than `MOST_LOOSE` entries lie between that and the snapshot.
 */
export async function rolledUp(
  session: Session,
  { ledgerId, asOf }: Counted,
  parts: Parts,
): Promise<FacetRow[] | null> {
  const bindings = new Bindings(session.provider);
  const [log, low, high] = [ledgerId, asOf - MOST_LOOSE, asOf + MOST_LOOSE].map(
    (value) => `CAST(${bindings.bind(value)} AS bigint)`,
  );
  const own = upToSql(log ?? '');
  const near = `CASE WHEN "upTo" < ${low} THEN ${low} WHEN "upTo" > ${high} THEN ${high} ELSE "upTo" END`;
  const mark = `${partSql('mark', { count: '"upTo"' })} FROM "mark"`;
  const rows = await session.select<FacetRow>(
    `WITH "mark" AS (SELECT "upTo", ${near} AS "near" FROM (${own}) AS "own") ${[mark, ...parts(bindings)].join(' UNION ALL ')}`,
    bindings.values,
  );
  const upTo = Number(rows.find(({ part }) => part === 'mark')?.count);
  return Math.abs(upTo - asOf) > MOST_LOOSE ? null : rows.filter(({ part }) => part !== 'mark');
}

/** The sequence up to which the roll-ups of a log go, as "upTo" of one row. */
export const upToSql = (ledgerId: string): string =>
  `SELECT coalesce((SELECT "upToSequence" FROM "Derivation" WHERE "ledgerId" = ${ledgerId} AND "name" = '${TALLIES.name}'), 0) AS "upTo"`;

/** How far roll-ups go, though no further from the snapshot than they may. */
const marker = (further = 0): Sql => ({ sql: `(SELECT "near" + ${further} FROM "mark")` });

/**
 * Entries that the snapshot has and the roll-ups not, and the other way round, as SQL to select from:
 * "sign" is 1 for the former and -1 for the latter.
 */
export function tailSql(
  { extent, criteria, asOf }: Counted,
  columns: readonly Column[],
  bindings: Bindings,
): string {
  const within = (above: Bindable, below: Bindable) =>
    pageSql(
      { ...extent, sequences: { above: [above], below: [below] } },
      criteria,
      'sequence',
      columns,
      bindings,
    );
  return `(SELECT 1 AS "sign", "found".* FROM ${within(marker(), asOf + 1)} UNION ALL SELECT -1, "found".* FROM ${within(asOf, marker(1))}) AS "loose"`;
}

/** Entries of a stretch of time, one by one, no more than `MOST_LOOSE` and one. */
export const stretchSql = (
  { extent, criteria }: Counted,
  [fromMs, toMs]: readonly [number, number],
  columns: readonly Column[],
  bindings: Bindings,
): string =>
  pageSql(
    { ...extent, times: { above: [fromMs, 0], below: [toMs, 0] } },
    criteria,
    'time',
    columns,
    bindings,
  );

function pageSql(
  extent: AnyExtent,
  criteria: readonly Criteria[],
  index: 'time' | 'sequence',
  columns: readonly Column[],
  bindings: Bindings,
): string {
  const order = index === 'time' ? (['createdAtMs', 'sequence'] as const) : (['sequence'] as const);
  const rows = {
    columns: [...new Set<Column>([...order, ...columns])],
    limit: MOST_LOOSE + 1,
    skip: 0,
  };
  const ordering = { columns: order, isAscending: false };
  const page = orderedPage(wholeLog(index, criteria), { extent, ordering, rows }, bindings);
  return `(${page}) AS "found"`;
}

/** Calls with what a day's row counts of the quarters from `first` to before `end`. */
export function eachQuarterWithin(
  { at }: Pick<FacetRow, 'at'>,
  quarters: Uint8Array,
  { first, end }: Pick<ReturnType<typeof inQuarters>, 'first' | 'end'>,
  take: (quarter: number, count: number) => void,
): void {
  const start = Number(at) * DAY_QUARTERS;
  eachQuarter(quarters, (quarter, count) => {
    if (start + quarter >= first && start + quarter < end) take(quarter, count);
  });
}

/** The quarters of an hour that lie whole in a span of time, and the stretches at its ends that do not. */
export function inQuarters({ times }: Extent) {
  const [fromMs = 0, toMs = 0] = [times.above[0], times.below[0]];
  const [first, end] = [Math.ceil(fromMs / QUARTER_MS), Math.floor(toMs / QUARTER_MS)];
  const [firstMs, endMs] = [first * QUARTER_MS, end * QUARTER_MS];
  const stretches: (readonly [number, number])[] =
    first >= end
      ? [[fromMs, toMs]]
      : [
          [fromMs, firstMs],
          [endMs, toMs],
        ];
  return {
    first,
    end: Math.max(first, end),
    stretches: stretches.filter(([from, to]) => from < to),
  };
}
