/** Keys that are remembered for a while each, and forgotten all at once when they are too many. */
export class Recently<Key> {
  readonly #untilMs = new Map<Key, number>();
  readonly #lastsMs: number;
  readonly #most: number;

  constructor(lastsMs: number, most: number) {
    this.#lastsMs = lastsMs;
    this.#most = most;
  }

  /** Whether a key is remembered; `nowMs` is of the clock that it was added by. */
  has(key: Key, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(key);
    return untilMs !== undefined && nowMs < untilMs;
  }

  add(key: Key, nowMs: number): void {
    if (this.#untilMs.size >= this.#most) this.#untilMs.clear();
    this.#untilMs.set(key, nowMs + this.#lastsMs);
  }

  delete(key: Key): void {
    this.#untilMs.delete(key);
  }
}
