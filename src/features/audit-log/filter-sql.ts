import type { Bindings } from '../../database/bindings.ts';
import { contains, containsFolded } from '../../database/dialect.ts';
import type { ActionPatterns, AuditLogSubject, Criteria } from './filter.ts';

/**
 * The criteria as conditions on "AuditLog", to be joined by AND; none when nothing is restricted.
 * The meaning of every filter stands here and nowhere else; equal shapes give equal text.
 */
export function conditionsOf(criteria: Criteria, bindings: Bindings): string[] {
  const oneOf = (column: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [bindings.anyOf(`"${column}"`, values)];
  return [
    ...oneOf('scope', criteria.scopes),
    ...matching(criteria.actions, bindings).map((sql) => `(${sql})`),
    ...matching(criteria.notActions, bindings).map((sql) => `NOT (${sql})`),
    ...oneOf('email', criteria.emails),
    ...oneOf('email', criteria.notEmails).map((sql) => `("email" IS NULL OR NOT ${sql})`),
    ...oneOf('resourceUID', criteria.resourceUIDs),
    ...oneOf('actorType', criteria.actorTypes),
    ...oneOf('outcome', criteria.outcomes),
    ...(criteria.fromMs === null ? [] : [`"createdAtMs" >= ${bindings.bind(criteria.fromMs)}`]),
    ...(criteria.toMs === null ? [] : [`"createdAtMs" < ${bindings.bind(criteria.toMs)}`]),
    ...(criteria.search === null
      ? []
      : [containsFolded(bindings.provider, '"details"', bindings.bind(criteria.search))]),
    ...(criteria.about === null ? [] : [concerning(criteria.about, bindings)]),
  ];
}

/** What was done to a thing; of a person also what they did, and what names them among its changes. */
function concerning({ resourceUID, email }: AuditLogSubject, bindings: Bindings): string {
  const uid = bindings.bind(resourceUID);
  const done = `"resourceUID" = ${uid}`;
  if (email === null) return done;
  const own = `"actorId" = ${uid} OR "email" = ${bindings.bind(email)}`;
  return `(${done} OR ${own} OR ${contains(bindings.provider, '"changes"', bindings.bind(`.${resourceUID}`))})`;
}

/** The patterns as one OR over the action; none when there are none. */
function matching({ exact, prefixes }: ActionPatterns, bindings: Bindings): string[] {
  const branches = [
    ...(exact.length === 0 ? [] : [bindings.anyOf('"action"', exact)]),
    ...prefixes.map(
      (prefix) =>
        `("action" >= ${bindings.bind(prefix)} AND "action" < ${bindings.bind(afterPrefix(prefix))})`,
    ),
  ];
  return branches.length === 0 ? [] : [branches.join(' OR ')];
}

/** The first text, in byte order, after all that begin with a prefix: its final dot made a slash. */
const afterPrefix = (prefix: string): string => `${prefix.slice(0, -1)}/`;

/** The same in SQL, of a prefix that a column holds. */
export const afterPrefixSql = (column: string): string =>
  `substr(${column}, 1, length(${column}) - 1) || '/'`;
