/** A variable that keeps the server from starting. */
export interface ConfigProblem {
  readonly variable: string;
  /** What was given, fit for printing: never a secret. */
  readonly given: string;
  readonly rule: string;
}

/** The environment is wrong; the message is one table of every problem. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(table(problems));
    this.problems = problems;
  }
}

function table(problems: readonly ConfigProblem[]): string {
  const rows = [
    ['VARIABLE', 'GIVEN', 'RULE'],
    ...problems.map((p) => [p.variable, p.given, p.rule]),
  ];
  const width = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1)];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const count = problems.length === 1 ? '1 setting is' : `${problems.length} settings are`;
  return `Orgtrail cannot start: ${count} wrong.\n\n  ${lines.join('\n  ')}\n`;
}
