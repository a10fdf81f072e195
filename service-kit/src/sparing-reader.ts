/** How much of the time may go into a reading, from 0 to 1, and how long it is good for at least. */
export interface Sparing {
  share: number;
  minIntervalMs: number;
  /** A reading that took less may be repeated at once: it is no burden, whatever its share of the time. */
  quickMs?: number;
  /** However long a failed reading took, it is tried again after this: what it asked may be back. */
  longestPauseAfterFailureMs?: number;
}

/**
 * Gives a function that reads by `load`, but never twice at once, and at most for the given share of the time: whoever
 * asks while a reading runs shares it, and whoever asks soon after one gets what it gave, be that an error.
 */
export function readSparingly<T>(
  load: () => Promise<T>,
  { share, minIntervalMs, quickMs = 0, longestPauseAfterFailureMs = 30_000 }: Sparing,
): () => Promise<T> {
  let reading: Promise<T> | undefined;
  let nextAt = 0;

  async function readNow(): Promise<T> {
    nextAt = Number.POSITIVE_INFINITY;
    const startedAt = performance.now();
    let longestPauseMs = longestPauseAfterFailureMs;
    try {
      const value = await load();
      longestPauseMs = Number.POSITIVE_INFINITY;
      return value;
    } finally {
      const endedAt = performance.now();
      const tookMs = endedAt - startedAt;
      const pauseMs = tookMs < quickMs ? 0 : Math.max(minIntervalMs, tookMs / share);
      nextAt = endedAt + Math.min(pauseMs, longestPauseMs);
    }
  }

  return () => {
    if (!reading || performance.now() >= nextAt) reading = readNow();
    return reading;
  };
}
