import { createMicroBatch } from '../src/micro-batch.ts';

/** A batch of doublings, whose runs are recorded and wait for `go`. */
function makeBatch({ maxItems = 100, maxInFlight = 1, poison = [] as number[], didNothing = true } = {}) {
  const runs: number[][] = [];
  const waiting: (() => void)[] = [];
  const double = createMicroBatch<number, number>({
    maxItems,
    maxInFlight,
    didNothing: () => didNothing,
    async runBatch(items) {
      runs.push(items);
      await new Promise<void>((resolve) => waiting.push(resolve));
      const bad = items.find((item) => poison.includes(item));
      if (bad !== undefined) throw new Error(`poisoned by ${bad}`);
      return items.map((item) => item * 2);
    },
  });
  const turn = () => new Promise(setImmediate);
  /** Lets everything end that is under way or comes of it. */
  async function finish() {
    do {
      for (const go of waiting.splice(0)) go();
      await turn();
      await turn();
    } while (waiting.length > 0);
  }
  return { double, runs, turn, finish };
}

test('an item that comes alone is run at once, alone', async () => {
  const { double, runs, turn, finish } = makeBatch();
  const result = double(1);
  await turn();
  expect(runs).toEqual([[1]]);
  await finish();
  expect(await result).toBe(2);
});

test('what is asked for in one turn is one batch, and each gets its own result', async () => {
  const { double, runs, turn, finish } = makeBatch();
  const results = Promise.all([double(1), double(2), double(3)]);
  await turn();
  expect(runs).toEqual([[1, 2, 3]]);
  await finish();
  expect(await results).toEqual([2, 4, 6]);
});

test('what is asked for while as many are under way as may be is the next batch, as long as it may be', async () => {
  const { double, runs, turn, finish } = makeBatch({ maxItems: 2 });
  const first = double(1);
  await turn();
  const rest = Promise.all([double(2), double(3), double(4)]);
  await turn();
  expect(runs).toEqual([[1]]);
  await finish();
  expect(runs).toEqual([[1], [2, 3], [4]]);
  expect([await first, ...(await rest)]).toEqual([2, 4, 6, 8]);
});

test('as many batches are under way as may be', async () => {
  const { double, runs, turn, finish } = makeBatch({ maxInFlight: 2 });
  for (const item of [1, 2, 3]) {
    void double(item);
    await turn();
  }
  expect(runs).toEqual([[1], [2]]);
  await finish();
  expect(runs).toEqual([[1], [2], [3]]);
});

test('a poisoned item fails alone, with its own error, and the others are run again each alone', async () => {
  const { double, runs, finish } = makeBatch({ poison: [3] });
  const results = Promise.allSettled([1, 2, 3, 4].map(double));
  await finish();
  await finish();
  const [one, two, three, four] = await results;
  expect([one, two, four]).toEqual([2, 4, 8].map((value) => ({ status: 'fulfilled', value })));
  expect(three).toMatchObject({ status: 'rejected', reason: { message: 'poisoned by 3' } });
  expect(runs).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
});

test('a batch that may have done something fails as a whole, and nothing of it is run again', async () => {
  const { double, runs, finish } = makeBatch({ poison: [3], didNothing: false });
  const results = Promise.allSettled([double(1), double(3)]);
  await finish();
  const failed = { status: 'rejected', reason: expect.objectContaining({ message: 'poisoned by 3' }) };
  expect(await results).toEqual([failed, failed]);
  expect(runs).toEqual([[1, 3]]);
});

test('after a failure the next batch is run as ever', async () => {
  const { double, finish } = makeBatch({ poison: [1] });
  const failed = double(1).catch((error: Error) => error.message);
  await finish();
  const next = double(2);
  await finish();
  expect([await failed, await next]).toEqual(['poisoned by 1', 4]);
});

describe('an item with a time', () => {
  const makeTimed = () => {
    const runs: number[][] = [];
    const go: (() => void)[] = [];
    const ask = createMicroBatch<{ value: number; runInMs: number }, number>({
      maxItems: 100,
      maxInFlight: 1,
      deadlines: ({ runInMs }) => ({
        runByMs: performance.now() + runInMs,
        answerByMs: performance.now() + runInMs + 100,
      }),
      lateError: (wasRun) => new Error(wasRun ? 'late after it was run' : 'late before'),
      async runBatch(items) {
        runs.push(items.map(({ value }) => value));
        await new Promise<void>((resolve) => go.push(resolve));
        return items.map(({ value }) => value);
      },
    });
    const outcomeOf = (value: number, runInMs: number) => ask({ value, runInMs }).catch(({ message }) => message);
    return { runs, go, outcomeOf };
  };

  test('that is over is not run, and takes none of those beside it with it', async () => {
    const { runs, go, outcomeOf } = makeTimed();
    const outcomes = Promise.all([outcomeOf(1, -1), outcomeOf(2, 1_000), outcomeOf(3, 1_000)]);
    await new Promise(setImmediate);
    go.shift()?.();
    expect(await outcomes).toEqual(['late before', 2, 3]);
    expect(runs).toEqual([[2, 3]]);
  });

  test('is given up while it waits for its turn, and while it is run', async () => {
    const { runs, go, outcomeOf } = makeTimed();
    const first = outcomeOf(1, 50);
    await new Promise(setImmediate);
    expect(await outcomeOf(2, 50)).toBe('late before');
    expect(await first).toBe('late after it was run');
    go.shift()?.();
    await new Promise(setImmediate);
    expect(runs).toEqual([[1]]);
  });
});
