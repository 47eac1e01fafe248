import { SECOND_MS } from '../kernel/clock.ts';

/** How long a statement counts as one that takes long; how many are known. */
const [KNOWN_MS, MOST] = [5 * SECOND_MS, 1_000];

/** The statements that took long a while ago, by their texts. */
export class LongStatements {
  readonly #untilMs = new Map<string, number>();

  has(text: string): boolean {
    const untilMs = this.#untilMs.get(text);
    return untilMs !== undefined && untilMs > performance.now();
  }

  add(text: string): void {
    if (this.#untilMs.size === MOST) this.#untilMs.clear();
    this.#untilMs.set(text, performance.now() + KNOWN_MS);
  }
}
