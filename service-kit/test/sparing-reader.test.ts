import { readSparingly } from '../src/sparing-reader.ts';

let nowMs = 0;
let reads = 0;
beforeEach(() => {
  nowMs = 1000;
  reads = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => jest.restoreAllMocks());

/** A reading that takes this long by the mocked clock and gives its number. */
const makeReader = (takesMs: number, fails = () => false) =>
  readSparingly(
    async () => {
      reads += 1;
      const number = reads;
      await undefined;
      nowMs += takesMs;
      if (fails()) throw new Error(`reading ${number}`);
      return number;
    },
    { share: 0.05, minIntervalMs: 500 },
  );

test('whoever asks while a reading runs shares it', async () => {
  const read = makeReader(10);
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
});

test('a quick reading is good for the shortest interval', async () => {
  const read = makeReader(1);
  await read();
  nowMs += 499;
  expect(await read()).toBe(1);
  nowMs += 1;
  expect(await read()).toBe(2);
});

test('a slow reading is good for twenty times what it took', async () => {
  const read = makeReader(100);
  await read();
  nowMs += 1999;
  expect(await read()).toBe(1);
  nowMs += 1;
  expect(await read()).toBe(2);
});

test('a reading that took less than what is quick is repeated at once, one that took more is not', async () => {
  let takesMs = 99;
  const load = async () => {
    reads += 1;
    nowMs += takesMs;
    return reads;
  };
  const read = readSparingly(load, { share: 0.5, minIntervalMs: 0, quickMs: 100 });
  expect([await read(), await read()]).toEqual([1, 2]);
  takesMs = 100;
  expect([await read(), await read()]).toEqual([3, 3]);
  nowMs += 199;
  expect(await read()).toBe(3);
  nowMs += 1;
  expect(await read()).toBe(4);
});

test('a failure is everyone’s, and tried again after the shortest interval', async () => {
  const read = makeReader(1, () => reads === 1);
  await expect(Promise.all([read(), read()])).rejects.toThrow('reading 1');
  await expect(read()).rejects.toThrow('reading 1');
  nowMs += 500;
  expect(await read()).toBe(2);
});

test('a failure that took long does not keep the next reading away for long', async () => {
  const read = makeReader(60_000, () => reads === 1);
  await expect(read()).rejects.toThrow();
  nowMs += 30_000;
  expect(await read()).toBe(2);
});
