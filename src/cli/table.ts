/** One line of a table: what it is about, and its figures. */
export type TableRow = readonly [label: string, ...figures: string[]];

/** Lines of a table of plain text: labels to the left, figures to the right, each column as wide as it must be. */
export function tableLines(rows: readonly TableRow[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map(([label, ...figures]) =>
    [
      label.padEnd(widths[0] ?? 0),
      ...figures.map((figure, column) => figure.padStart(widths[column + 1] ?? 0)),
    ].join('  '),
  );
}
