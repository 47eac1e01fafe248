import type { Bindings } from '../../database/bindings.ts';
import { DAY_QUARTERS, QUARTER_MS } from '../../ledger/quarters.ts';
import type { Session } from '../../ledger/session.ts';
import { admitted } from './access-path.ts';
import {
  type Counted,
  eachQuarterWithin,
  type FacetRow,
  inQuarters,
  MOST_LOOSE,
  type Parts,
  partSql,
  rolledUp,
  stretchSql,
  tailSql,
} from './facet-rows.ts';
import { criteriaOf, isTimed } from './filter.ts';
import { scanned } from './scan-facets.ts';
import { actorTalliesSql, asksForPeople, isTallied, peopleSql, talliesSql } from './tally-sql.ts';

/** How many entries have a value. */
export interface FacetValue<Value extends string = string> {
  readonly value: Value;
  readonly count: number;
}

/** Entries by scope, action and outcome together. */
interface Alike extends Record<(typeof ALIKE)[number], string> {
  readonly count: number;
}

const ALIKE = ['scope', 'action', 'outcome'] as const;

const NOTHING = criteriaOf(null);

/** Counts, and whether more entries match than were counted. */
export interface Tallied<T> {
  readonly counts: readonly T[];
  readonly isCapped: boolean;
}

/** The entries by scope, action and outcome: from roll-ups where they answer, else scanned. */
export async function countAlike(session: Session, counted: Counted): Promise<Tallied<Alike>> {
  const counts = await alikeRolledUp(session, counted);
  if (counts) return { counts, isCapped: false };
  const found = await scanned(session, counted, ALIKE);
  return { counts: found.rows, isCapped: found.isCapped };
}

/** Entries by what they have in common, from roll-ups; null where they do not answer, or lie too far from the snapshot. */
async function alikeRolledUp(session: Session, counted: Counted): Promise<Alike[] | null> {
  const parts = alikeParts(counted);
  const rows = parts && (await rolledUp(session, counted, parts));
  return rows && isComplete(rows) ? alikeIn(rows, counted) : null;
}

/** The busiest people, most entries first, then by address. Entries of nobody are not counted. */
export async function countActors(
  session: Session,
  counted: Counted,
  first: number,
): Promise<Tallied<FacetValue>> {
  if (isTallied(counted.criteria) && !isTimed(counted.criteria)) {
    const rows = await rolledUp(session, counted, (bindings) => [
      `SELECT * FROM (${actorsSql(counted, first, bindings)}) AS "busiest"`,
    ]);
    const counts = rows?.map(({ email, count }) => ({ value: email ?? '', count: Number(count) }));
    if (counts) return { counts: busiest(counts, first), isCapped: false };
  }
  const { rows, isCapped } = await scanned(session, counted, ['email']);
  const known = rows.flatMap(({ email, count }) =>
    email === null ? [] : [{ value: email, count }],
  );
  return { counts: busiest(known, first), isCapped };
}

/** The largest counts; equal ones in the order of their values. */
export const busiest = <Value extends string>(
  values: readonly FacetValue<Value>[],
  first: number,
): FacetValue<Value>[] =>
  values.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, first);

const OWN = { scope: '"scope"', action: '"action"', outcome: '"outcome"' };
const BY_OWN = 'GROUP BY "scope", "action", "outcome"';
/** The entries of a tail, added and taken off. */
export const LOOSE = 'CAST(sum("sign") AS bigint)';
const SUMMED = { ...OWN, count: 'CAST(sum("tally"."count") AS bigint)' };

/** Null where roll-ups do not answer. */
function alikeParts(counted: Counted): Parts | null {
  const { criteria } = counted;
  if (!isTallied(criteria)) return null;
  const tail = (bindings: Bindings, own: Counted = counted): string =>
    `${partSql('tail', { ...OWN, count: LOOSE })} FROM ${tailSql(own, ALIKE, bindings)} ${BY_OWN}`;
  if (asksForPeople(criteria)) {
    // Entries of nobody are in no roll-up by person.
    if (isTimed(criteria) || admitted(criteria, 'emails') === null) return null;
    return (bindings) => [
      `${partSql('sum', SUMMED)} FROM ${actorTalliesSql(counted, bindings)} ${BY_OWN}`,
      tail(bindings),
    ];
  }
  if (!isTimed(criteria)) {
    return (bindings) => [
      `${partSql('sum', SUMMED)} FROM ${talliesSql(counted, bindings)} ${BY_OWN}`,
      tail(bindings),
    ];
  }
  const { stretches } = inQuarters(counted.extent);
  return (bindings) => [
    ...daysSql(counted, bindings),
    tail(bindings, wholeQuarters(counted)),
    ...stretches.map(
      (stretch) =>
        `${partSql('edge', { ...OWN, count: 'count(*)' })} FROM ${stretchSql(counted, stretch, ALIKE, bindings)} ${BY_OWN}`,
    ),
  ];
}

/** Whole days in sum, and those at the ends with their quarters. */
function daysSql(counted: Counted, bindings: Bindings): string[] {
  const { first, end } = inQuarters(counted.extent);
  const days = `${talliesSql(counted, bindings)} JOIN "AuditTallyDay" d ON d."tallyId" = "tally"."id"`;
  const [from, to] = [Math.ceil(first / DAY_QUARTERS), Math.floor(end / DAY_QUARTERS)];
  const begun = [from - 1, to].filter(
    (day) => day * DAY_QUARTERS < end && (day + 1) * DAY_QUARTERS > first,
  );
  const whole = `${partSql('sum', { ...OWN, count: 'CAST(sum(d."count") AS bigint)' })} FROM ${days} AND d."day" >= ${bindings.bind(from)} AND d."day" < ${bindings.bind(to)} ${BY_OWN}`;
  return [
    whole,
    ...[...new Set(begun)].map(
      (day) =>
        `${partSql('day', { ...OWN, at: 'd."day"', count: 'd."count"', quarters: 'd."quarters"' })} FROM ${days} AND d."day" = ${bindings.bind(day)}`,
    ),
  ];
}

/** The same entries without those at the ends of the span, whose quarter of an hour is not whole in it. */
export function wholeQuarters(counted: Counted): Counted {
  const { first, end } = inQuarters(counted.extent);
  const span = { ...NOTHING, fromMs: first * QUARTER_MS, toMs: end * QUARTER_MS };
  return { ...counted, criteria: [...counted.criteria, span] };
}

function actorsSql(counted: Counted, first: number, bindings: Bindings): string {
  const loose = tailSql(counted, ['email'], bindings);
  const all = `SELECT "email", "count" AS "n" FROM ${peopleSql(counted, bindings)} UNION ALL SELECT "email", "sign" AS "n" FROM ${loose} WHERE "email" IS NOT NULL`;
  const columns = partSql('sum', { email: '"email"', count: 'CAST(sum("n") AS bigint)' });
  return `${columns} FROM (${all}) AS "one" GROUP BY "email" HAVING sum("n") <> 0 ORDER BY sum("n") DESC, "email" LIMIT ${bindings.bind(first)}`;
}

/** Whether no stretch at the ends of a span was cut short. */
export const isComplete = (rows: readonly FacetRow[]): boolean =>
  rows.filter(({ part }) => part === 'edge').reduce((sum, { count }) => sum + Number(count), 0) <=
  MOST_LOOSE;

function alikeIn(rows: readonly FacetRow[], { extent }: Counted): Alike[] {
  const within = inQuarters(extent);
  const counts = new Map<string, Alike>();
  for (const row of rows) {
    const { scope, action, outcome } = row;
    const key = JSON.stringify([scope, action, outcome]);
    const count = (counts.get(key)?.count ?? 0) + countOf(row, within);
    counts.set(key, { scope, action, outcome, count });
  }
  return [...counts.values()].filter(({ count }) => count !== 0);
}

/** What a row counts within quarters. */
function countOf(
  { part, at, count, quarters }: FacetRow,
  within: ReturnType<typeof inQuarters>,
): number {
  if (part !== 'day' || !quarters) return Number(count);
  let sum = 0;
  eachQuarterWithin({ at }, quarters, within, (_quarter, one) => {
    sum += one;
  });
  return sum;
}
