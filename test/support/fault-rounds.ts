import process from 'node:process';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 2);

/** How often each thing is killed under load: a few times, or by FAULT_ROUNDS, as `npm run test:faults` does. */
export const FAULT_ROUNDS = {
  server: ROUNDS,
  postgres: Math.ceil(ROUNDS / 4),
  checkpoint: Math.ceil(ROUNDS / 4),
};

/** Prints what a test counted, for those who ran its long form. */
export const printFigures = (name: string, figures: Record<string, number | string>): void => {
  const words = Object.entries(figures).map(([what, count]) => `${what} ${count}`);
  process.stdout.write(`${name}: ${words.join(', ')}\n`);
};

/** How long the soak lasts: seconds, or SOAK_MINUTES, as `npm run test:soak` does. */
export const SOAK_MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0.04);
