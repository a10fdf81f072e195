import { AsyncResource } from 'node:async_hooks';
import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';

export interface ChangeTellerOptions {
  /** Tells every process that sagas have events at or after this time. */
  tell(since: Date): Promise<void>;
  /** The shortest time between two tellings. */
  intervalMs: number;
  logger: Logger;
}

export type ChangeTeller = ReturnType<typeof createChangeTeller>;

/**
 * Tells others of what this process has committed: only since when, which is one time however much it was. An event
 * bears the time of its statement's begin, so whoever reads everything from that time on misses nothing, in whatever
 * order statements are committed.
 */
export function createChangeTeller({ tell, intervalMs, logger }: ChangeTellerOptions) {
  let untold: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let failing = false;
  let stopped = false;

  function note(at: Date): void {
    if (!untold || at < untold) untold = at;
  }

  /** Tells of what has not been told. What cannot be told is kept for the next time. */
  async function tellOnce(): Promise<void> {
    const since = untold;
    if (!since) return;
    untold = undefined;
    toldAtMs = performance.now();
    try {
      await tell(since);
      failing = false;
    } catch (error) {
      note(since);
      if (!failing) logger.warn('changes not told: to be tried again', { error: describeError(error) });
      failing = true;
    }
  }

  // Bound, because a telling is not about the saga that happened to make it necessary.
  const tellAndGoOn = AsyncResource.bind(() =>
    tellOnce().finally(() => {
      timer = undefined;
      schedule();
    }),
  );

  function schedule(): void {
    if (timer || stopped || !untold) return;
    timer = setTimeout(tellAndGoOn, Math.max(0, toldAtMs + intervalMs - performance.now()));
  }

  return {
    tellOnce,

    /** An event of this time was committed. */
    noteEvent(at: Date): void {
      note(at);
      schedule();
    },

    /** Tells nothing any more by itself. */
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
