export interface PacedReaderOptions<Want> {
  read(want: Want): Promise<void>;
  /** Makes one wish of two, the older one first. */
  merge(older: Want, newer: Want): Want;
  /** How long it rests after a read. */
  gapMs: number;
  /** How long it rests after a read that failed; then it reads the same again. */
  retryMs: number;
}

export interface PacedReader<Want> {
  /** Reads now, or as soon as the read under way and the rest after it are over. */
  want(want: Want): void;
  /** Lets wishes wait, until `resume`. */
  pause(): void;
  resume(): void;
}

/** Reads one at a time and not too often: whatever is wanted meanwhile becomes one read. */
export function createPacedReader<Want>(options: PacedReaderOptions<Want>): PacedReader<Want> {
  const { read, merge, gapMs, retryMs } = options;
  let waiting: Want | undefined;
  let resting = false;
  let paused = false;

  async function readWaiting(): Promise<void> {
    if (resting || paused || waiting === undefined) return;
    const want = waiting;
    waiting = undefined;
    resting = true;
    let restMs = gapMs;
    try {
      await read(want);
    } catch {
      // Whoever reads has told why; what was wanted is still wanted.
      waiting = waiting === undefined ? want : merge(want, waiting);
      restMs = retryMs;
    }
    setTimeout(() => {
      resting = false;
      void readWaiting();
    }, restMs);
  }

  return {
    want(want) {
      waiting = waiting === undefined ? want : merge(waiting, want);
      void readWaiting();
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      void readWaiting();
    },
  };
}
