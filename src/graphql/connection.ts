import type { Page } from '../kernel/paging.ts';

/** A row and its place, which most clients ask for once in a page. */
class Edge<Row> {
  readonly node: Row;
  readonly #cursorOf: (row: Row) => string;

  constructor(node: Row, cursorOf: (row: Row) => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}

/**
 * Where a page lies. A class, as an object that is written with getters keeps all that they refer to
 * until V8 next sweeps its whole heap.
 */
class PageInfo<Row> {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #edges: readonly Edge<Row>[];

  constructor({ hasNextPage, hasPreviousPage }: Page<Row>, edges: readonly Edge<Row>[]) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.#edges = edges;
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? null;
  }
}

/** A page as a Relay connection: each row with its cursor, and where the page lies. */
export function connectionOf<Row>(page: Page<Row>, cursorOf: (row: Row) => string) {
  const edges = page.rows.map((node) => new Edge(node, cursorOf));
  return { edges, pageInfo: new PageInfo(page, edges) };
}
