export type BoundedList<Item> = ReturnType<typeof createBoundedList<Item>>;

/** Counts all that is added and keeps the first so many. */
export function createBoundedList<Item>(limit: number) {
  const items: Item[] = [];
  let count = 0;
  return {
    items,
    count: () => count,
    isFull: () => items.length >= limit,
    add(item: Item): void {
      count += 1;
      if (items.length < limit) items.push(item);
    },
  };
}
