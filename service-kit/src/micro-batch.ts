export interface MicroBatchOptions<Item, Result> {
  /** Does the work of all items in one go; resolves with their results in the same order. */
  runBatch(items: Item[]): Promise<Result[]>;
  /** The most items of one batch. */
  maxItems: number;
  /** The most batches under way at a time. */
  maxInFlight: number;
  /** Whether a batch that ended in this error did nothing: then its items are run again, each alone. None, if absent. */
  didNothing?(error: unknown): boolean;
  /** Until when an item may be run, and until when it has to be answered, by `performance.now()`; for ever, if absent. */
  deadlines?(item: Item): { runByMs: number; answerByMs: number };
  /** What it fails with when it is too late. */
  lateError?(wasRun: boolean): Error;
}

interface Waiting<Item, Result> {
  item: Item;
  timer?: NodeJS.Timeout;
  runByMs: number;
  answerByMs: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Gathers what is asked for in one turn of the event loop, and while earlier batches are under way, and runs it as one.
 * Nothing ever waits for a batch to fill: an item that comes alone is run at once, alone.
 */
export function createMicroBatch<Item, Result>(options: MicroBatchOptions<Item, Result>) {
  const { runBatch, maxItems, maxInFlight, didNothing, deadlines, lateError } = options;
  const waiting: Waiting<Item, Result>[] = [];
  let inFlight = 0;

  function startBatches(): void {
    while (waiting.length > 0 && inFlight < maxInFlight) {
      const batch = waiting.splice(0, maxItems).filter(isInTime);
      if (batch.length === 0) continue;
      for (const one of batch) failAt(one, one.answerByMs, true);
      inFlight += 1;
      void settle(batch).then(() => {
        for (const { timer } of batch) clearTimeout(timer);
        inFlight -= 1;
        startBatches();
      });
    }
  }

  /** One that came too late, whose timer was late as well, is not to take the others with it. */
  function isInTime(one: Waiting<Item, Result>): boolean {
    clearTimeout(one.timer);
    if (performance.now() <= one.runByMs) return true;
    one.reject(lateError?.(false));
    return false;
  }

  function failAt(one: Waiting<Item, Result>, timeMs: number, wasRun: boolean): void {
    if (timeMs === Number.POSITIVE_INFINITY) return;
    one.timer = setTimeout(() => {
      const place = waiting.indexOf(one);
      if (place >= 0) waiting.splice(place, 1);
      one.reject(lateError?.(wasRun));
    }, timeMs - performance.now());
  }

  /** Never rejects. */
  async function settle(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await runBatch(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || !didNothing?.(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      await settleEach(batch);
    }
  }

  /** A few at a time, because those that fail may take long to. */
  async function settleEach(batch: Waiting<Item, Result>[]): Promise<void> {
    const rest = batch.values();
    const settleRest = async () => {
      for (const one of rest) await settle([one]);
    };
    await Promise.all(Array.from({ length: 4 }, settleRest));
  }

  /** Resolves with the item's result, or rejects with the error of the batch that it was in last, or because it is late. */
  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      const { runByMs, answerByMs } = deadlines?.(item) ?? never;
      const one: Waiting<Item, Result> = { item, runByMs, answerByMs, resolve, reject };
      waiting.push(one);
      if (waiting.length === 1) setImmediate(startBatches);
      failAt(one, runByMs, false);
    });
}

const never = { runByMs: Number.POSITIVE_INFINITY, answerByMs: Number.POSITIVE_INFINITY };
