import type { Bindings } from '../../database/bindings.ts';
import type { Totalled } from '../../ledger/tally-totals.ts';
import type { AnyCounted } from './facet-rows.ts';
import { type Criteria, isUnrestricted, NO_PATTERNS, TIMELESS } from './filter.ts';
import { conditionsOf } from './filter-sql.ts';

/** Whether roll-ups know all that is asked, but for when. */
export const isTallied = (criteria: readonly Criteria[]): boolean =>
  criteria.every(
    ({ resourceUIDs, search, about }) =>
      resourceUIDs.length === 0 && search === null && about === null,
  );

/** Whether people are asked for, or left out. */
export const asksForPeople = (criteria: readonly Criteria[]): boolean =>
  criteria.some(({ emails, notEmails }) => emails.length + notEmails.length > 0);

/** Of which log, and what of it. */
type Asked = Pick<AnyCounted, 'ledgerId' | 'criteria'>;

/** The tallies of a log that meet what is asked, to select from. */
export const talliesSql = (counted: Asked, bindings: Bindings): string =>
  `(SELECT * FROM "AuditTally" WHERE "ledgerId" = ${bindings.bind(counted.ledgerId)} AND ${tallyConditions(counted, bindings)}) AS "tally"`;

/** The same by person. */
export function actorTalliesSql(counted: Asked, bindings: Bindings): string {
  const all = `SELECT t."scope", t."action", t."outcome", t."actorType", a."email", a."count" FROM "AuditActorTally" a JOIN "AuditTally" t ON t."id" = a."tallyId" WHERE a."ledgerId" = ${bindings.bind(counted.ledgerId)}`;
  return `(SELECT * FROM (${all}) AS "own" WHERE ${tallyConditions(counted, bindings)}) AS "tally"`;
}

/** The same with no more than "email" and "count". */
export const peopleSql = (counted: Asked, bindings: Bindings): string =>
  isAllOf('email', counted.criteria)
    ? totalsSql('email', counted, bindings)
    : actorTalliesSql(counted, bindings);

/** The same with no more than "count": the fewest rows whose sum is the number of entries. */
function countsSql(counted: Asked, bindings: Bindings): string {
  const { criteria } = counted;
  const field = FIELDS.find((one) => isAllOf(one, criteria));
  if (field) return totalsSql(field, counted, bindings);
  return (asksForPeople(criteria) ? actorTalliesSql : talliesSql)(counted, bindings);
}

/** The values of one column that meet what is asked of it, as that column, and "count". */
function totalsSql(field: Totalled, counted: Asked, bindings: Bindings): string {
  const all = `SELECT "value" AS "${field}", "count" FROM "AuditTotal" WHERE "ledgerId" = ${bindings.bind(counted.ledgerId)} AND "field" = '${field}'`;
  return `(SELECT * FROM (${all}) AS "own" WHERE ${tallyConditions(counted, bindings)}) AS "tally"`;
}

/** The number of entries that meet what is asked, as "n". */
export const numberSql = (asked: Asked, bindings: Bindings): string =>
  `SELECT CAST(coalesce(sum("tally"."count"), 0) AS bigint) AS "n" FROM ${countsSql(asked, bindings)}`;

/** What is asked, as SQL: the same conditions as on entries, whose columns these have. */
export const tallyConditions = ({ criteria }: Asked, bindings: Bindings): string =>
  ['true', ...criteria.flatMap((one) => conditionsOf({ ...one, ...TIMELESS }, bindings))].join(
    ' AND ',
  );

/** Criteria that ask nothing of a column; last of all the one that not all entries have a value of. */
const WITHOUT = {
  outcome: { outcomes: [] },
  actorType: { actorTypes: [] },
  scope: { scopes: [] },
  action: { actions: NO_PATTERNS, notActions: NO_PATTERNS },
  email: { emails: [], notEmails: [] },
} satisfies Record<Totalled, Partial<Criteria>>;

const FIELDS = Object.keys(WITHOUT) as Totalled[];

/** What criteria ask of these columns alone. */
export const onlyOf = (columns: readonly Totalled[], one: Criteria): Criteria => ({
  ...{ ...one, ...TIMELESS, resourceUIDs: [], search: null, about: null },
  ...Object.assign(
    {},
    ...FIELDS.filter((field) => !columns.includes(field)).map((field) => WITHOUT[field]),
  ),
});

/** The columns of which something is asked. */
export const askedColumns = (criteria: readonly Criteria[]): readonly Totalled[] =>
  FIELDS.filter((field) => !criteria.every((one) => isUnrestricted(onlyOf([field], one))));

/** Whether one column is all that something is asked of, but for when. */
export const isAllOf = (field: Totalled, criteria: readonly Criteria[]): boolean =>
  criteria.every((one) => isUnrestricted({ ...one, ...TIMELESS, ...WITHOUT[field] }));
