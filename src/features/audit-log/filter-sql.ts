import type { Provider, SqlValue } from '../../database/database.ts';
import { containsFolded } from '../../database/dialect.ts';
import type { ActionPatterns, AuditLogSubject, Criteria } from './filter.ts';

/** Collects the values of one statement and gives each its place: `$1`, `$2` … */
export class Bindings {
  readonly values: SqlValue[] = [];

  /** The placeholder of a value. */
  bind(value: SqlValue): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * The criteria as conditions on "AuditLog", to be joined by AND; none when nothing is restricted.
 * The meaning of every filter stands here and nowhere else; equal shapes give equal text.
 */
export function conditionsOf(provider: Provider, criteria: Criteria, bindings: Bindings): string[] {
  const bind = (value: SqlValue) => bindings.bind(value);
  const oneOf = (column: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`"${column}" IN (${values.map(bind).join(', ')})`];
  return [
    ...oneOf('scope', criteria.scopes),
    ...matching(criteria.actions, bind).map((sql) => `(${sql})`),
    ...matching(criteria.notActions, bind).map((sql) => `NOT (${sql})`),
    ...oneOf('email', criteria.emails),
    ...oneOf('email', criteria.notEmails).map((sql) => `("email" IS NULL OR NOT ${sql})`),
    ...oneOf('resourceUID', criteria.resourceUIDs),
    ...oneOf('actorType', criteria.actorTypes),
    ...oneOf('outcome', criteria.outcomes),
    ...(criteria.fromMs === null ? [] : [`"createdAtMs" >= ${bind(criteria.fromMs)}`]),
    ...(criteria.toMs === null ? [] : [`"createdAtMs" < ${bind(criteria.toMs)}`]),
    ...(criteria.search === null
      ? []
      : [containsFolded(provider, '"details"', bind(criteria.search))]),
    ...(criteria.about === null ? [] : [concerning(criteria.about, bind)]),
  ];
}

/** What was done to a thing; of a person also what they did, and what names them among its changes. */
function concerning(
  { resourceUID, email }: AuditLogSubject,
  bind: (value: SqlValue) => string,
): string {
  const done = `"resourceUID" = ${bind(resourceUID)}`;
  if (email === null) return done;
  const own = `"actorId" = ${bind(resourceUID)} OR "email" = ${bind(email)}`;
  return `(${done} OR ${own} OR "changes" LIKE ${bind(`%.${resourceUID}%`)})`;
}

/** The patterns as one OR over the action; none when there are none. */
function matching(
  { exact, prefixes }: ActionPatterns,
  bind: (value: SqlValue) => string,
): string[] {
  const branches = [
    ...(exact.length === 0 ? [] : [`"action" IN (${exact.map(bind).join(', ')})`]),
    ...prefixes.map(
      (prefix) => `("action" >= ${bind(prefix)} AND "action" < ${bind(afterPrefix(prefix))})`,
    ),
  ];
  return branches.length === 0 ? [] : [branches.join(' OR ')];
}

/** The first text, in byte order, after all that begin with a prefix: its final dot made a slash. */
const afterPrefix = (prefix: string): string => `${prefix.slice(0, -1)}/`;
