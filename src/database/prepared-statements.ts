import type pg from 'pg';

/** What of pg's Connection its types leave out. */
interface Internals extends pg.Connection {
  /** The texts of the statements that Postgres has prepared, by their names. */
  readonly parsedStatements: Record<string, string>;
  close(message: { readonly type: 'S'; readonly name: string }): void;
}

/** Postgres keeps each statement with its plan, until it is told otherwise. */
export const MOST_PREPARED = 500;

/**
 * Has a connection forget what it prepared first when it prepares one statement too many: so however
 * many texts are asked, each that comes again is prepared, and none takes memory for good.
 */
export function forgetOldest(client: pg.Client): void {
  const connection = client.connection as Internals;
  const { parsedStatements } = connection;
  const parse = connection.parse.bind(connection);
  const parseInPlace: Internals['parse'] = (query, more) => {
    const [oldest, ...others] = query.name ? Object.keys(parsedStatements) : [];
    if (oldest !== undefined && others.length + 1 >= MOST_PREPARED) {
      delete parsedStatements[oldest];
      connection.close({ type: 'S', name: oldest });
    }
    parse(query, more);
  };
  Object.assign(connection, { parse: parseInPlace });
}
