/** How many rounds a race of holds against retention runs; `npm run test:holds` runs 1,000. */
export const RACE_ROUNDS = Number(process.env['HOLD_RACES'] ?? 20);
