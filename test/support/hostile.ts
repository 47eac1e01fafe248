import process from 'node:process';
import fc from 'fast-check';
import { vi } from 'vitest';

/** Whether `npm run test:hostile` runs the long forms. */
export const isLong = process.env['HOSTILE'] === 'long';

/** How long a test may take, and of that how long fast-check looks and shrinks, in milliseconds. */
const [SHORT, LONG] = [120_000, 3_600_000];
const LOOKING = 3 / 4;

/**
 * How often something hostile is tried, short in every run of the tests, long by `npm run
 * test:hostile`; and fast-check's parameters for it: it ends before the test does, with the seed and
 * what it found. FUZZ_SEED repeats a run that failed.
 */
export function hostileRuns(runs: { readonly short: number; readonly long: number }) {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const numRuns = isLong ? runs.long : runs.short;
  const testTimeout = isLong ? LONG : SHORT;
  vi.setConfig({ testTimeout });
  const plugins = [fc.interruptAfterTimeLimit(testTimeout * LOOKING, { failOnInterrupt: true })];
  return { numRuns, seed, parameters: { numRuns, seed, verbose: 0, plugins } as const };
}

/** Prints a figure of the long form; every run of the tests keeps quiet. */
export function figure(name: string, values: object): void {
  if (isLong) process.stdout.write(`${name}: ${JSON.stringify(values)}\n`);
}
