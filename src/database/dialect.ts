import type { Provider } from './database.ts';

/**
 * SQL that is true where the text in `column` contains the text bound as `parameter` (`$1`, `$2` …),
 * whatever the case of either; not true where the column is null. `%` and `_` mean themselves.
 */
export const containsFolded = (provider: Provider, column: string, parameter: string): string =>
  provider === 'sqlite'
    ? `instr(fold(${column}), fold(${parameter})) > 0`
    : `strpos(fold(${column}), fold(${parameter}::text)) > 0`;
