import Sqlite from 'better-sqlite3';
import type { Database, SqlValue } from './database.ts';
import { fold } from './fold.ts';
import type { OpenOptions } from './open-options.ts';
import { othersTurn } from './others-turn.ts';
import { plannedOnce } from './planned-once.ts';
import { endOfReading } from './read-until.ts';
import { applySettings } from './sqlite-settings.ts';
import { asUnavailable } from './unavailable.ts';

const KEPT_STATEMENTS = 500;

export interface Selection {
  readonly select: Database['select'];
  close(): void;
}

/** Opens a connection that only reads, and knows the function `fold(text)`. */
export async function openSelection(
  file: string,
  onQuery: OpenOptions['onQuery'],
): Promise<Selection> {
  const connection = new Sqlite(file);
  await applySettings((sql) => connection.pragma(sql.replace(/^PRAGMA /, ''), { simple: true }));
  connection.pragma('query_only = ON');
  connection.function('fold', { deterministic: true }, (text: unknown) =>
    typeof text === 'string' ? fold(text) : null,
  );
  const statementOf = statementCache(connection);
  return {
    select: async <Row extends object>(text: string, values: readonly SqlValue[]) => {
      await othersTurn();
      endOfReading()?.throwIfAborted();
      try {
        const statement = statementOf(text);
        onQuery?.(statement.source);
        return statement.all(named(values)) as Row[];
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    close: () => connection.close(),
  };
}

/** To SQLite `$1` is a name, and the driver binds names from an object. */
const named = (values: readonly SqlValue[]): Record<string, SqlValue> =>
  Object.fromEntries(values.map((value, index) => [index + 1, value]));

/** Prepares each text once, and forgets the one unused for longest when there are too many. */
function statementCache(connection: Sqlite.Database): (text: string) => Sqlite.Statement {
  const kept = new Map<string, Sqlite.Statement>();
  return (text) => {
    const statement = kept.get(text) ?? connection.prepare(plannedOnce(text));
    kept.delete(text);
    kept.set(text, statement);
    if (kept.size > KEPT_STATEMENTS) kept.delete(kept.keys().next().value ?? text);
    return statement;
  };
}
