import type { Page } from '../kernel/paging.ts';

/** A page as a Relay connection: each row with its cursor, and where the page lies. */
export function connectionOf<Row>(page: Page<Row>, cursorOf: (row: Row) => string) {
  // Most clients ask for the nodes, and for one cursor.
  const edges = page.rows.map((node) => ({
    node,
    get cursor() {
      return cursorOf(node);
    },
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}
