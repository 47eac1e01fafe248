import { type Bindable, Bindings } from '../database/bindings.ts';
import type { SqlValue } from '../database/database.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Session } from './session.ts';
import {
  STANDINGS,
  type Standing,
  type StandingRow,
  standingIn,
  standingOf,
  whoAndWhere,
} from './standing.ts';

/** The log to read, and the sequence after its last, as they stand in a statement. */
export interface HeadInSql {
  readonly ledgerId: Bindable;
  readonly next: Bindable;
}

/** Entries of a log, to be read together with a standing: by anyone of one kind, of any log, as often as wanted. */
export interface LogStatement {
  readonly text: string;
  /** Those after the ones that tell who reads which log. */
  readonly values: readonly SqlValue[];
}

/** What stands in the first row of a statement that asks for the standing, too: nothing else. */
interface StandingFirst {
  readonly standing?: string;
}

/**
 * The statement of what `read` selects under these names. On Postgres it asks for the standing, too;
 * SQLite joins nothing laterally, and a second statement costs next to nothing.
 */
export function logStatement(
  session: Session,
  names: readonly string[],
  read: (head: HeadInSql, bindings: Bindings) => string,
): LogStatement {
  const bindings = new Bindings(session.provider);
  if (session.provider === 'sqlite') {
    const [ledgerId, next] = [bindings.bind(0), bindings.bind(0)];
    const text = read({ ledgerId: { sql: ledgerId }, next: { sql: next } }, bindings);
    return { text, values: bindings.values.slice(2) };
  }
  const count = whoAndWhere(session, '' as OrganizationId).map((one) => bindings.bind(one)).length;
  const head = { ledgerId: { sql: '"who"."ledgerId"' }, next: { sql: '"who"."size" + 1' } };
  const entries = read(head, bindings);
  const columns = names.map((name) => `"${name}"`);
  const standing = [
    'row_to_json("who")::text AS "standing"',
    ...columns.map((one) => `NULL AS ${one}`),
  ];
  const both = `SELECT ${standing.join(', ')} UNION ALL (SELECT NULL, ${columns.join(', ')} FROM (${entries}) AS "entry")`;
  return {
    text: `SELECT "log".* FROM (${STANDINGS[session.actor.type]}) AS "who" CROSS JOIN LATERAL (${both}) AS "log"`,
    values: bindings.values.slice(count),
  };
}

/** A standing and the entries of a statement, as of one instant; none where there is no standing. */
export async function readWithStanding<Entry extends object>(
  session: Session,
  organizationId: OrganizationId,
  { text, values }: LogStatement,
): Promise<Standing & { readonly rows: readonly Entry[] }> {
  if (session.provider === 'sqlite') {
    const standing = await standingIn(session, organizationId);
    if (!standing.head) return { ...standing, rows: [] };
    const { ledgerId, size } = standing.head;
    return {
      ...standing,
      rows: await session.select<Entry>(text, [ledgerId, size + 1, ...values]),
    };
  }
  const who = whoAndWhere(session, organizationId);
  const rows = await session.select<Entry & StandingFirst>(text, [...who, ...values]);
  const first = rows.shift();
  const row = first?.standing ? (JSON.parse(first.standing) as StandingRow) : undefined;
  return { ...standingOf(session, organizationId, row), rows };
}
