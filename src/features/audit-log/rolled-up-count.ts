import type { Bindings } from '../../database/bindings.ts';
import { admitted } from './access-path.ts';
import { actorTalliesSql, asksForPeople, isTallied, isTimed, talliesSql } from './count-facets.ts';
import { type AnyCounted, markSql, tailSql } from './facet-rows.ts';
import type { Criteria } from './filter.ts';

/** Filtered counts are exact up to here, and flagged as capped beyond. */
export const COUNT_CAP = 10_000;

/** So many entries beyond the roll-ups are counted sooner than a filter's by an index. */
const FEW_LOOSE = 1_000;

/** A row of `rolledUpCount`. */
export interface RolledUpCount {
  /** The sequence up to which the roll-ups go. */
  readonly sequence: number | bigint;
  /** Null when that is too far from the snapshot; exact up to `COUNT_CAP`. */
  readonly count: number | bigint | null;
}

/** The count in the one row of the statement; null when roll-ups do not answer. */
export const countIn = ([row]: readonly RolledUpCount[]): number | null =>
  row?.count == null ? null : Number(row.count);

/** Whether roll-ups know all that is asked. Entries of nobody are in no roll-up by person. */
export const isRolledUp = (criteria: readonly Criteria[]): boolean =>
  isTallied(criteria) &&
  !isTimed(criteria) &&
  !(asksForPeople(criteria) && admitted(criteria, 'emails') === null);

/**
 * The statement of how many entries match, for criteria that are rolled up, all of one moment. What
 * lies between roll-ups and snapshot is looked at only where it can tell.
 */
export function rolledUpCount(counted: AnyCounted, bindings: Bindings): string {
  const mark = markSql(counted, FEW_LOOSE, bindings);
  const tallies = (asksForPeople(counted.criteria) ? actorTalliesSql : talliesSql)(
    counted,
    bindings,
  );
  const sum = `SELECT CAST(coalesce(sum("tally"."count"), 0) AS bigint) AS "n" FROM ${tallies}`;
  const loose = `SELECT coalesce(sum("sign"), 0) FROM ${tailSql(counted, [], bindings)}`;
  const all = `SELECT "n" + CASE WHEN "n" > ${COUNT_CAP + FEW_LOOSE} THEN 0 ELSE (${loose}) END FROM (${sum}) AS "sum"`;
  return `${mark} SELECT "upTo" AS "sequence", CASE WHEN "upTo" = "near" THEN (${all}) END AS "count" FROM "mark"`;
}
