import pg from 'pg';
import { MOST_PREPARED } from './prepared-statements.ts';
import { type Column, rowMaker } from './row-maker.ts';
import type { Fields } from './wire-rows.ts';

/** What a statement's answers are made of. */
interface Description {
  readonly fields: readonly Column[];
  readonly make: (fields: Fields) => object;
}

/** The named statements of one connection, by their names: an answer keeps its columns, or Postgres refuses. */
export type Descriptions = Map<string, Description>;

/** A statement with a name. */
export type NamedConfig = pg.QueryConfig & { readonly name: string };

type Told = (error: Error | undefined, result: pg.QueryResult) => void;

/** What of pg's Query its types leave out. */
interface Internals {
  readonly _result: { addRow(row: object): void };
  prepare(connection: pg.Connection): void;
  hasBeenParsed(connection: pg.Connection): boolean;
  handleRowDescription(message: { readonly fields: readonly Column[] }): void;
  handleDataRow(message: { readonly fields: Fields }): void;
}

const Query = pg.Query as unknown as new (
  config: NamedConfig,
  values: undefined,
  told: Told,
) => Internals;

/** A named statement that asks what its answer is made of only once, and makes its rows itself. */
export class DescribedQuery extends Query {
  readonly #config: NamedConfig;
  readonly #known: Descriptions;
  #make: Description['make'] | null = null;

  constructor(config: NamedConfig, known: Descriptions, told: Told) {
    super(config, undefined, told);
    this.#config = config;
    this.#known = known;
  }

  override prepare(connection: pg.Connection): void {
    // What the connection prepares anew, since it had to forget it, may have other columns by now.
    const known = this.hasBeenParsed(connection) ? this.#known.get(this.#config.name) : undefined;
    if (known) {
      this.#make = known.make;
      super.handleRowDescription(known);
    }
    super.prepare(known ? Object.create(connection, UNDESCRIBED) : connection);
  }

  override handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.#make = rowMaker(fields, this.#config.types);
    // Most are of statements that were forgotten; the others are described once more.
    if (this.#known.size >= MOST_PREPARED) this.#known.clear();
    this.#known.set(this.#config.name, { fields, make: this.#make });
    super.handleRowDescription({ fields });
  }

  override handleDataRow(message: { readonly fields: Fields }): void {
    try {
      if (this.#make) {
        this._result.addRow(this.#make(message.fields));
        return;
      }
    } catch {
      // What a value cannot be made of, pg refuses in its own way.
    }
    super.handleDataRow(message);
  }
}

/** The same connection, which asks for no description. */
const UNDESCRIBED = { describe: { value: () => undefined } };
