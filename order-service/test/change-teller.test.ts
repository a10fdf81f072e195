import { createLogger } from 'service-kit/logger';
import { createChangeTeller } from '../src/changes/change-teller.ts';

const logger = createLogger('test', { logLevel: 'error', logFormat: 'json' });
const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A teller whose messages are kept, with the time at which each was sent. */
function startTeller(tell = async () => {}) {
  const told: { since: Date; atMs: number }[] = [];
  const teller = createChangeTeller({
    tell: (since) => {
      told.push({ since, atMs: performance.now() });
      return tell();
    },
    intervalMs: 100,
    logger,
  });
  return { told, teller };
}

test('a single event is told at once, with its own time', async () => {
  const { told, teller } = startTeller();
  teller.noteEvent(at(7));
  await jest.advanceTimersByTimeAsync(1);
  expect(told.map(({ since }) => since)).toEqual([at(7)]);
});

test('1400 events in a second are told in ten messages, which leave none out', async () => {
  const { told, teller } = startTeller();
  for (let event = 0; event < 1400; event += 1) {
    // Every seventh is late by 30 ms, as if its statement had waited.
    teller.noteEvent(at(event % 7 === 0 ? event - 30 : event));
    if (event % 7 === 6) await jest.advanceTimersByTimeAsync(5);
  }
  await jest.advanceTimersByTimeAsync(1_000);
  expect(told.length).toBeGreaterThanOrEqual(10);
  expect(told.length).toBeLessThanOrEqual(12);
  const gaps = told.slice(1).map(({ atMs }, index) => atMs - (told[index]?.atMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  // A message reaches back to the earliest event since the one before it.
  expect(told[0]?.since).toEqual(at(-30));
  for (const { since, atMs } of told.slice(1)) {
    const begin = told[told.findIndex((message) => message.atMs === atMs) - 1] as { atMs: number };
    const firstAfter = Math.ceil(((begin.atMs - (told[0]?.atMs ?? 0)) / 5) * 7);
    expect(since.getTime()).toBeLessThanOrEqual(at(firstAfter).getTime());
  }
});

test('what could not be told is told again, with what came meanwhile', async () => {
  let away = true;
  const { told, teller } = startTeller(async () => {
    if (away) throw new Error('the database is away');
  });
  teller.noteEvent(at(5));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(told.length).toBeGreaterThan(5);
  expect(told.length).toBeLessThanOrEqual(11);
  teller.noteEvent(at(3));
  teller.noteEvent(at(9));
  away = false;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(told.at(-1)?.since).toEqual(at(3));
  const { length } = told;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(told).toHaveLength(length);
});

test('one message is on its way at a time', async () => {
  const arrivals: (() => void)[] = [];
  const { told, teller } = startTeller(() => new Promise((resolve) => arrivals.push(resolve)));
  teller.noteEvent(at(1));
  await jest.advanceTimersByTimeAsync(500);
  teller.noteEvent(at(2));
  await jest.advanceTimersByTimeAsync(500);
  expect(told).toHaveLength(1);
  arrivals[0]?.();
  await jest.advanceTimersByTimeAsync(1);
  expect(told.map(({ since }) => since)).toEqual([at(1), at(2)]);
});

test('stopped, it tells nothing by itself, and the rest when it is told to', async () => {
  const { told, teller } = startTeller();
  teller.noteEvent(at(1));
  teller.stop();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
  await teller.tellOnce();
  expect(told.map(({ since }) => since)).toEqual([at(1)]);
});
