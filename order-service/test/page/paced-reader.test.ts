import { createPacedReader } from '../../page/paced-reader.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A reader of wishes as letters whose reads end when they are told to. */
function startReader() {
  const reads: string[] = [];
  let settle: (error?: Error) => void = () => undefined;
  const reader = createPacedReader<string>({
    read: (want) => {
      reads.push(want);
      return new Promise((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve());
      });
    },
    merge: (older, newer) => older + newer,
    gapMs: 250,
    retryMs: 1_000,
  });
  const end = async (error?: Error) => {
    settle(error);
    await jest.advanceTimersByTimeAsync(0);
  };
  return { reader, reads, end };
}

test('what is wanted is read at once', () => {
  const { reader, reads } = startReader();
  reader.want('a');
  expect(reads).toEqual(['a']);
});

test('what is wanted during a read and the rest after it becomes one read', async () => {
  const { reader, reads, end } = startReader();
  reader.want('a');
  reader.want('b');
  await end();
  reader.want('c');
  await jest.advanceTimersByTimeAsync(249);
  expect(reads).toEqual(['a']);
  await jest.advanceTimersByTimeAsync(1);
  expect(reads).toEqual(['a', 'bc']);
});

test('one read is in flight, however long it takes', async () => {
  const { reader, reads } = startReader();
  reader.want('a');
  reader.want('b');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toEqual(['a']);
});

test('nothing is read while nothing is wanted', async () => {
  const { reader, reads, end } = startReader();
  reader.want('a');
  await end();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toEqual(['a']);
});

test('a read that failed is made again, with what was wanted since', async () => {
  const { reader, reads, end } = startReader();
  reader.want('a');
  reader.want('b');
  await end(new Error('away'));
  await jest.advanceTimersByTimeAsync(999);
  expect(reads).toEqual(['a']);
  await jest.advanceTimersByTimeAsync(1);
  expect(reads).toEqual(['a', 'ab']);
});

test('a paused reader reads nothing until it is resumed, and forgets nothing', async () => {
  const { reader, reads, end } = startReader();
  reader.want('a');
  reader.pause();
  await end();
  reader.want('b');
  reader.want('c');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reads).toEqual(['a']);
  reader.resume();
  expect(reads).toEqual(['a', 'bc']);
});
