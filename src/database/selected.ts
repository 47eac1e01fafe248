/** What Prisma is told to select: these columns. */
export const selected = <Column extends string>(columns: readonly Column[]) =>
  Object.fromEntries(columns.map((column) => [column, true])) as Record<Column, true>;
