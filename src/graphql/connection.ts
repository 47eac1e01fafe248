import type { Page } from '../kernel/paging.ts';

/** A page as a Relay connection: each row with its cursor, and where the page lies. */
export function connectionOf<Row>(page: Page<Row>, cursorOf: (row: Row) => string) {
  const edges = page.rows.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
