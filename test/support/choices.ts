/** Decisions that were made beforehand; the same numbers decide the same. */
export interface Choices {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** One of a list that is not empty. */
  oneOf<T>(items: readonly T[]): T;
  /** True about once in `count` times. */
  onceIn(count: number): boolean;
}

/**
 * Reads decisions off a list of numbers. Where the list ends every further one is the first and
 * simplest, so that a list that fast-check makes shorter decides something smaller.
 */
export function choicesFrom(numbers: readonly number[]): Choices {
  let at = 0;
  const below = (count: number): number => (numbers[at++] ?? 0) % count;
  return {
    below,
    oneOf: <T>(items: readonly T[]) => items[below(items.length)] as T,
    onceIn: (count) => below(count) === count - 1,
  };
}
