import type { Database, Provider, SqlValue } from './database.ts';
import { isAnyOf, listValue } from './dialect.ts';

/** What a statement works out itself, such as `"who"."ledgerId"`. */
export interface Sql {
  readonly sql: string;
}

/** What can stand in a statement in the place of a value. */
export type Bindable = SqlValue | Sql;

/** Collects the values of one statement and gives each its place: `$1`, `$2` … */
export class Bindings {
  readonly provider: Provider;
  readonly values: SqlValue[] = [];

  constructor(provider: Provider) {
    this.provider = provider;
  }

  /** The placeholder of a value. */
  bind(value: Bindable): string {
    if (isSql(value)) return value.sql;
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** Texts as a Postgres array. */
  textArray(texts: readonly string[]): string {
    return `${this.bind(listValue('postgresql', texts))}::text[]`;
  }

  /** A condition that a column is one of these texts. */
  anyOf(column: string, texts: readonly string[]): string {
    return isAnyOf(this.provider, column, texts, (value) => this.bind(value));
  }
}

const isSql = (value: Bindable): value is Sql =>
  typeof value === 'object' && value !== null && 'sql' in value;

/** The rows of a statement that is made together with its values. */
export function selectBound<Row extends object>(
  { provider, select }: Pick<Database, 'provider' | 'select'>,
  made: (bindings: Bindings) => string,
): Promise<Row[]> {
  const bindings = new Bindings(provider);
  return select<Row>(made(bindings), bindings.values);
}
