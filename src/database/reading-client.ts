import { EventEmitter } from 'node:events';
import pg from 'pg';
import { DescribedQuery, type Descriptions, type NamedConfig } from './described-query.ts';
import { dividing } from './wire-rows.ts';

/** What of pg's Connection its types leave out. */
interface Internals extends pg.Connection {
  attachListeners(stream: EventEmitter): void;
}

/**
 * pg's client for connections that read, where pages come from: pg itself makes a string of each column,
 * looks every column up for each row, and has every answer described.
 */
export class ReadingClient extends pg.Client {
  readonly #described: Descriptions = new Map();

  constructor(config?: pg.ClientConfig) {
    super(config);
    readRows(this.connection as Internals);
    const send = super.query.bind(this) as (...words: unknown[]) => unknown;
    const query = (config: unknown, ...words: unknown[]) =>
      isNamed(config) && words.length === 0 ? this.#ask(config, send) : send(config, ...words);
    Object.assign(this, { query });
  }

  async #ask(
    config: NamedConfig,
    send: (query: DescribedQuery) => unknown,
  ): Promise<pg.QueryResult> {
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
    send(
      new DescribedQuery(config, this.#described, (error, result) =>
        error ? reject(error) : resolve(result),
      ),
    );
    try {
      return await promise;
    } catch (error) {
      // As pg does it: the stack leads to who asked, not to the socket.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }
}

/** Whether it is a statement with a name whose rows are objects, and no query that pg is to take as it is. */
const isNamed = (config: unknown): config is NamedConfig => {
  const { name, rowMode, submit } = Object(config);
  return name !== undefined && rowMode === undefined && submit === undefined;
};

/** Has rows read past pg's parser, which reads all else. */
function readRows(connection: Internals): void {
  const attach = connection.attachListeners.bind(connection);
  const attachListeners: Internals['attachListeners'] = (stream) => {
    const others = new EventEmitter();
    attach(others);
    const divide = dividing({
      row: (fields) => connection.emit('dataRow', { fields }),
      others: (bytes) => others.emit('data', bytes),
    });
    stream.on('data', divide);
  };
  Object.assign(connection, { attachListeners });
}
