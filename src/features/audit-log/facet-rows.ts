import { Bindings } from '../../database/bindings.ts';
import { markerOf } from '../../ledger/derivation.ts';
import { QUARTER_MS } from '../../ledger/quarters.ts';
import type { Session } from '../../ledger/session.ts';
import { TALLIES } from '../../ledger/tallies.ts';
import { wholeLog } from './access-path.ts';
import { leadsNowhere, pathByTime } from './choose-path.ts';
import type { Criteria } from './filter.ts';
import { type Column, type Extent, orderedPage } from './page-sql.ts';
import { searchLead } from './search-page.ts';

/** Which entries of a log to count. */
export interface Counted {
  readonly ledgerId: number;
  /** The snapshot: nothing recorded after this sequence. */
  readonly asOf: number;
  readonly extent: Extent;
  readonly criteria: readonly Criteria[];
}

/** Where no roll-up answers, so many of the entries that match are counted, newest first. */
export const FACET_CAP = 10_000;

/** Entries between a roll-up's marker and the snapshot, or at the ends of a span, counted one by one. */
export const MOST_LOOSE = 10_000;

/** How often a roll-up that moves on meanwhile is read again. */
const TRIES = 5;

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

/** Makes the parts of a statement for a marker; null when roll-ups do not answer. */
export type Parts = (bindings: Bindings, marker: number) => readonly string[];

/**
 * The rows of roll-ups and of what they lack, all of one moment: the marker is read in the same
 * statement, and again if it moved since the statement was made. Null when so much lies between
 * marker and snapshot that it is not counted one by one.
 */
export async function rolledUp(
  session: Session,
  { ledgerId, asOf }: Counted,
  parts: Parts,
): Promise<FacetRow[] | null> {
  let marker = await markerOf(session, TALLIES, ledgerId);
  for (let left = TRIES; left > 0; left -= 1) {
    if (Math.abs(marker - asOf) > MOST_LOOSE) return null;
    const bindings = new Bindings(session.provider);
    const mark = `coalesce((SELECT "upToSequence" FROM "Derivation" WHERE "ledgerId" = ${bindings.bind(ledgerId)} AND "name" = '${TALLIES.name}'), 0)`;
    const text = [partSql('mark', { count: mark }), ...parts(bindings, marker)].join(' UNION ALL ');
    const rows = await session.select<FacetRow>(text, bindings.values);
    const read = Number(rows.find(({ part }) => part === 'mark')?.count);
    if (read === marker) return rows.filter(({ part }) => part !== 'mark');
    marker = read;
  }
  return null;
}

/** Entries that a roll-up has and the snapshot not, or the other way round, as SQL; and their sign. */
export function tailSql(
  counted: Counted,
  marker: number,
  columns: readonly Column[],
  bindings: Bindings,
): { readonly sign: '' | '-'; readonly from: string } {
  const { extent, criteria, asOf } = counted;
  const [low, high] = marker < asOf ? [marker, asOf] : [asOf, marker];
  const between = { ...extent, sequences: { above: [low], below: [high + 1] } };
  return {
    sign: marker < asOf ? '' : '-',
    from: pageSql(between, criteria, 'sequence', columns, bindings),
  };
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
  extent: Extent,
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
  const page = orderedPage(
    wholeLog(index, criteria),
    extent,
    { columns: order, isAscending: false },
    rows,
    bindings,
  );
  return `(${page}) AS "found"`;
}

/**
 * Counts the newest entries that match, by columns: what is left where roll-ups do not answer.
 * Whether there were more than `FACET_CAP`.
 */
export async function scanned<Name extends Column>(
  session: Session,
  { extent, criteria }: Counted,
  by: readonly Name[],
): Promise<{ rows: (Pick<ScanRow, Name> & { count: number })[]; isCapped: boolean }> {
  const lead = await searchLead(session, extent, criteria);
  const path = lead?.isWhole ? lead.path : await pathByTime(session, extent, criteria);
  if (leadsNowhere(path)) return { rows: [], isCapped: false };
  const bindings = new Bindings(session.provider);
  const order = ['createdAtMs', 'sequence'] as const;
  const rows = { columns: [...new Set<Column>([...order, ...by])], limit: FACET_CAP + 1, skip: 0 };
  const page = orderedPage(path, extent, { columns: order, isAscending: false }, rows, bindings);
  const names = by.map((name) => `"${name}"`).join(', ');
  const found = await session.select<Pick<ScanRow, Name> & { count: number | bigint }>(
    `SELECT ${names}, count(*) AS "count" FROM (SELECT * FROM (${page}) AS "newest" LIMIT ${bindings.bind(FACET_CAP + 1)}) AS "found" GROUP BY ${names}`,
    bindings.values,
  );
  const counts = found.map((row) => ({ ...row, count: Number(row.count) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return { rows: counts, isCapped: total > FACET_CAP };
}

/** What entries can be scanned by. */
interface ScanRow extends Record<Column, unknown> {
  readonly scope: string;
  readonly action: string;
  readonly outcome: string;
  readonly email: string | null;
  readonly createdAtMs: number | bigint;
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
