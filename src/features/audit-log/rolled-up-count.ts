import type { Bindings } from '../../database/bindings.ts';
import { admitted, isImpossible, wholeLog } from './access-path.ts';
import { type AnyCounted, upToSql } from './facet-rows.ts';
import { type Criteria, isTimed } from './filter.ts';
import { countSql } from './page-sql.ts';
import { asksForPeople, isTallied, numberSql } from './tally-sql.ts';

/** Filtered counts are exact up to here, and flagged as capped beyond. */
export const COUNT_CAP = 10_000;

/** So many entries beyond the roll-ups are counted sooner than a filter's by an index. */
const FEW_LOOSE = 1_000;

/** Whether roll-ups know all that is asked, which may match something. Entries of nobody are in no roll-up by person. */
export const isRolledUp = (criteria: readonly Criteria[]): boolean =>
  !isImpossible(criteria) &&
  isTallied(criteria) &&
  !isTimed(criteria) &&
  !(asksForPeople(criteria) && admitted(criteria, 'emails') === null);

/**
 * The statement of the "number" of entries that match, for criteria that are rolled up, all of one
 * moment: exact up to `COUNT_CAP`, null when roll-ups are too far from the snapshot. What lies between
 * them is looked at only where it can tell.
 */
export function rolledUpCount(counted: AnyCounted, bindings: Bindings): string {
  const { ledgerId, asOf } = counted;
  const [log, at] = [ledgerId, asOf].map((value) => `CAST(${bindings.bind(value)} AS bigint)`);
  const [more, less] = [
    [UP_TO, `${at} + 1`],
    [at ?? '', `${UP_TO} + 1`],
  ].map(([above = '', below = '']) => looseSql(counted, above, below, bindings));
  const all = `SELECT "n" + CASE WHEN "n" > ${COUNT_CAP + FEW_LOOSE} THEN 0 WHEN ${UP_TO} < ${at} THEN (${more}) ELSE -(${less}) END FROM (${numberSql(counted, bindings)}) AS "sum"`;
  const isNear = `${UP_TO} BETWEEN ${at} - ${FEW_LOOSE} AND ${at} + ${FEW_LOOSE}`;
  return `WITH "mark" AS MATERIALIZED (${upToSql(log ?? '')}) SELECT CASE WHEN ${isNear} THEN (${all}) END AS "number" FROM "mark"`;
}

const UP_TO = '"mark"."upTo"';

/** How many entries match that lie between two sequences, one by one. */
function looseSql(
  { extent, criteria }: AnyCounted,
  above: string,
  below: string,
  bindings: Bindings,
): string {
  const sequences = { above: [{ sql: above }], below: [{ sql: below }] };
  const path = wholeLog('sequence', criteria);
  return countSql(path, { ...extent, sequences }, FEW_LOOSE, bindings);
}
