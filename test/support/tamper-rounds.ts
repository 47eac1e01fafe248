/** How much is tampered with: little in every run of the tests, much by `npm run test:tamper`. */
export function tamperRounds() {
  const tamperings = Number(process.env['TAMPER_ROUNDS'] ?? 150);
  return { tamperings, untouched: Math.ceil(tamperings / 5) };
}
