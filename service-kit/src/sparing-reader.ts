/** How much of the time may go into a reading, from 0 to 1, and how long it is good for at least. */
export interface Sparing {
  share: number;
  minIntervalMs: number;
  /** However long a failed reading took, it is tried again after this: what it asked may be back. */
  longestPauseAfterFailureMs?: number;
}

/**
 * Gives a function that reads by `load`, but never twice at once, and at most for the given share of the time: whoever
 * asks while a reading runs shares it, and whoever asks soon after one gets what it gave, be that an error.
 */
export function readSparingly<T>(
  load: () => Promise<T>,
  { share, minIntervalMs, longestPauseAfterFailureMs = 30_000 }: Sparing,
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
      const pauseMs = Math.max(minIntervalMs, (endedAt - startedAt) / share);
      nextAt = endedAt + Math.min(pauseMs, longestPauseMs);
    }
  }

  return () => {
    if (!reading || performance.now() >= nextAt) reading = readNow();
    return reading;
  };
}
