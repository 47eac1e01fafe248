/**
 * Counts work under way. A set of the promises would do, but V8 keeps what a set once held until it
 * sweeps its whole heap: here every answer.
 */
export class UnderWay {
  #count = 0;
  #ended: (() => void)[] = [];

  /** Gives what `work` gives, and counts it until then. */
  async counting<T>(work: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const told of this.#ended.splice(0)) told();
    }
  }

  /** Resolves when nothing is under way. */
  async none(): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended.push(resolve);
    await promise;
  }
}
