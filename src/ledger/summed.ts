/** Sums counts by a key; those that are 0 in sum are left out. */
export function summed<T extends { readonly count: number }>(
  all: readonly T[],
  key: (one: T) => string,
): T[] {
  const groups = [...Map.groupBy(all, key).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    const count = group.reduce((sum, one) => sum + one.count, 0);
    return first && count !== 0 ? [{ ...first, count }] : [];
  });
}
