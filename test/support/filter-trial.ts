import process from 'node:process';
import { realEvents } from './real-events.ts';

/** How thoroughly filters are tried: on which events, and FILTER_RUNS filters, 200 by default. */
export const filterTrial = (): { lines: readonly string[]; runs: number } => ({
  lines: realEvents(),
  runs: Number(process.env['FILTER_RUNS'] ?? 200),
});
