import { type Bindable, Bindings } from '../database/bindings.ts';
import type { SqlValue } from '../database/database.ts';
import type { OrganizationId } from '../kernel/ids.ts';
import type { Session } from './session.ts';
import {
  type LogHead,
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

/** What to read of a log. */
export interface LogWanted {
  /** The names that `entries` selects. */
  readonly names: readonly string[];
  readonly entries: (head: HeadInSql, bindings: Bindings) => string;
  /** Selects a "number" of the log, or null, in one row; absent = none is wanted. */
  readonly number?: ((head: HeadInSql, bindings: Bindings) => string) | null;
}

/** A text, and its values after those that tell who reads which log. */
interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** Entries of a log, to be read together with a standing: by anyone of one kind, of any log, as often as wanted. */
export interface LogStatement extends Statement {
  /** The statement of the number where it is one of its own; null where there is none. */
  readonly number: Statement | null;
}

/** What stands in the first row of a statement that asks for the standing, too: nothing else. */
interface StandingFirst {
  readonly standing?: string;
}

/**
 * The statement of what is wanted. On Postgres it asks for the standing, too; SQLite joins nothing
 * laterally, and another statement costs next to nothing.
 */
export function logStatement(session: Session, wanted: LogWanted): LogStatement {
  const { names, entries, number = null } = wanted;
  if (session.provider === 'sqlite') {
    return { ...onSqlite(entries), number: number && onSqlite(number) };
  }
  const bindings = new Bindings(session.provider);
  const count = whoAndWhere(session, '' as OrganizationId).map((one) => bindings.bind(one)).length;
  const columns = names.map((name) => `"${name}"`);
  const standing = [
    'row_to_json("who")::text AS "standing"',
    ...columns.map((one) => `NULL AS ${one}`),
  ];
  const own = STANDINGS[session.actor.type];
  const who = number
    ? `SELECT "own".*, (${number(headIn('"own"'), bindings)}) AS "number" FROM (${own}) AS "own"`
    : own;
  const both = `SELECT ${standing.join(', ')} UNION ALL (SELECT NULL, ${columns.join(', ')} FROM (${entries(headIn('"who"'), bindings)}) AS "entry")`;
  return {
    text: `SELECT "log".* FROM (${who}) AS "who" CROSS JOIN LATERAL (${both}) AS "log"`,
    values: bindings.values.slice(count),
    number: null,
  };
}

const headIn = (who: string): HeadInSql => ({
  ledgerId: { sql: `${who}."ledgerId"` },
  next: { sql: `${who}."size" + 1` },
});

function onSqlite(read: LogWanted['entries']): Statement {
  const bindings = new Bindings('sqlite');
  const [ledgerId, next] = [bindings.bind(0), bindings.bind(0)];
  const text = read({ ledgerId: { sql: ledgerId }, next: { sql: next } }, bindings);
  return { text, values: bindings.values.slice(2) };
}

/** What was read of a log; nothing without a standing. */
export interface LogRead<Entry> {
  readonly rows: readonly Entry[];
  /** Undefined where none was wanted. */
  readonly number: number | null | undefined;
}

/** A standing, and with it what a statement gives; on Postgres as of one instant. */
export async function readWithStanding<Entry extends object>(
  session: Session,
  organizationId: OrganizationId,
  statement: LogStatement,
): Promise<Standing & LogRead<Entry>> {
  if (session.provider === 'sqlite') {
    const standing = await standingIn(session, organizationId);
    const { head } = standing;
    return { ...standing, ...(head ? await readOnSqlite(session, head, statement) : NOTHING) };
  }
  const who = whoAndWhere(session, organizationId);
  const { text, values } = statement;
  const rows = await session.select<Entry & StandingFirst>(text, [...who, ...values]);
  const first = rows.shift();
  const row = first?.standing ? (JSON.parse(first.standing) as StandingRow & Numbered) : undefined;
  return { ...standingOf(session, organizationId, row), rows, number: numberIn(row) };
}

const NOTHING = { rows: [], number: undefined };

interface Numbered {
  readonly number?: number | bigint | null;
}

const numberIn = (row: Numbered | undefined): number | null | undefined =>
  row?.number == null ? row?.number : Number(row.number);

async function readOnSqlite<Entry extends object>(
  { select }: Session,
  { ledgerId, size }: LogHead,
  { text, values, number }: LogStatement,
): Promise<LogRead<Entry>> {
  const head = [ledgerId, size + 1];
  const rows = await select<Entry>(text, [...head, ...values]);
  const [row] = number ? await select<Numbered>(number.text, [...head, ...number.values]) : [];
  return { rows, number: numberIn(row) };
}
