export interface MicroBatchOptions<Item, Result> {
  /** Does the work of all items in one go; resolves with their results in the same order. */
  runBatch(items: Item[]): Promise<Result[]>;
  /** The most items of one batch. */
  maxItems: number;
  /** The most batches under way at a time. */
  maxInFlight: number;
  /** Whether a batch that ended in this error did nothing: then its items are run again, each alone. None, if absent. */
  didNothing?(error: unknown): boolean;
  /** When an item that was not run yet is not to be run any more, by `performance.now()`; never, if absent. */
  waitsUntilMs?(item: Item): number;
  /** What it fails with then. */
  waitError?(): Error;
}

interface Waiting<Item, Result> {
  item: Item;
  timer?: NodeJS.Timeout;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Gathers what is asked for in one turn of the event loop, and while earlier batches are under way, and runs it as one.
 * Nothing ever waits for a batch to fill: an item that comes alone is run at once, alone.
 */
export function createMicroBatch<Item, Result>(options: MicroBatchOptions<Item, Result>) {
  const { runBatch, maxItems, maxInFlight, didNothing, waitsUntilMs, waitError } = options;
  const waiting: Waiting<Item, Result>[] = [];
  let inFlight = 0;

  function startBatches(): void {
    while (waiting.length > 0 && inFlight < maxInFlight) {
      inFlight += 1;
      const batch = waiting.splice(0, maxItems);
      for (const { timer } of batch) clearTimeout(timer);
      void settle(batch).then(() => {
        inFlight -= 1;
        startBatches();
      });
    }
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

  function failInTime(one: Waiting<Item, Result>, waitMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      waiting.splice(waiting.indexOf(one), 1);
      one.reject(waitError?.());
    }, waitMs);
  }

  /** Resolves with the item's result, or rejects with the error of the batch that it was in last, or of its wait. */
  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      const one: Waiting<Item, Result> = { item, resolve, reject };
      waiting.push(one);
      if (waiting.length === 1) setImmediate(startBatches);
      if (waitsUntilMs) one.timer = failInTime(one, waitsUntilMs(item) - performance.now());
    });
}
