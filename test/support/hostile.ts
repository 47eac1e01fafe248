import process from 'node:process';
import { vi } from 'vitest';

/** Whether `npm run test:hostile` runs the long forms. */
export const isLong = process.env['HOSTILE'] === 'long';

/**
 * How often something hostile is tried, short in every run of the tests, long by `npm run
 * test:hostile`; and fast-check's parameters for it. FUZZ_SEED repeats a run that failed.
 */
export function hostileRuns(runs: { readonly short: number; readonly long: number }) {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const numRuns = isLong ? runs.long : runs.short;
  vi.setConfig({ testTimeout: isLong ? 3_600_000 : 120_000 });
  return { numRuns, seed, parameters: { numRuns, seed, verbose: 0 } };
}

/** Prints a figure of the long form; every run of the tests keeps quiet. */
export function figure(name: string, values: object): void {
  if (isLong) process.stdout.write(`${name}: ${JSON.stringify(values)}\n`);
}
