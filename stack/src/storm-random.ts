export type Random = ReturnType<typeof createRandom>;

/** Chance that repeats itself for the same seed (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0;

  /** From 0 up to 1, 1 excluded. */
  function draw(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    draw,
    /** A whole number, both ends included. */
    between: (low: number, high: number) => low + Math.floor(draw() * (high - low + 1)),
    pick: <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)] as T,

    /** One of the names, each as likely as its weight. */
    pickWeighted<Name extends string>(weights: Record<Name, number>): Name {
      const entries = Object.entries<number>(weights) as [Name, number][];
      let left = draw() * entries.reduce((total, [, weight]) => total + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return (entries.at(-1) as [Name, number])[0];
    },
  };
}
