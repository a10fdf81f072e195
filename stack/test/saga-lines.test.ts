import { createSagaLines, type SagaEntry, type WatchedSaga } from '../src/saga-lines.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
const at = (ms: number) => new Date(start + ms).toISOString();

/** A saga whose events have these types and times; what an event says beyond that is made up. */
function saga(id: string, ...events: [type: string, ms: number, more?: Partial<SagaEntry>][]): WatchedSaga {
  const blank = { step: null, attempt: null, durationMs: null, outcome: null, reason: null };
  return {
    id,
    log: events.map(([type, ms, more], index) => ({ ...blank, seq: index + 1, at: at(ms), type, ...more })),
  };
}

const grown = ({ id, log }: WatchedSaga, length: number) => ({ id, log: log.slice(0, length) });
const called = { step: 'payment', attempt: 1 };
const answered = { ...called, outcome: 'succeeded', durationMs: 7 };
const completed = (id: string, ms: number) =>
  saga(
    id,
    ['begun', ms, { steps: ['payment'] }],
    ['action-called', ms + 1, called],
    ['action-answered', ms + 8, answered],
    ['ended', ms + 9],
  );

test('tells every event once, however often and in whatever portions a saga is read', () => {
  const takeNew = createSagaLines(at(0));
  const whole = completed('one', 0);
  const lines = [1, 1, 3, 2, 4, 4].flatMap((length) => takeNew([grown(whole, length)]));
  expect(lines.map(({ text }) => text)).toEqual([
    'begins: payment',
    'payment is called',
    'payment succeeded (7 ms)',
    'ends: the order is COMPLETED',
  ]);
});

test('tells the events of all sagas in the order of time', () => {
  const takeNew = createSagaLines(at(0));
  const lines = takeNew([completed('newer', 5), completed('older', 0)]);
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort());
  expect(lines.map(({ sagaId }) => sagaId)).toEqual([
    ...['older', 'older', 'newer', 'newer', 'older', 'older', 'newer', 'newer'],
  ]);
});

test('keeps the order of a log whose clock was set back', () => {
  const takeNew = createSagaLines(at(0));
  const lines = takeNew([saga('one', ['begun', 5, { steps: [] }], ['action-called', 1, called])]);
  expect(lines.map(({ text }) => text)).toEqual(['begins: ', 'payment is called']);
});

test('of a saga that began before the watch it tells what happens from then on', () => {
  const takeNew = createSagaLines(at(5));
  const whole = completed('one', 0);
  const lines = [...takeNew([grown(whole, 3)]), ...takeNew([whole])];
  expect(lines.map(({ text }) => text)).toEqual(['payment succeeded (7 ms)', 'ends: the order is COMPLETED']);
});

test('forgets sagas that ended, and tells nothing of them again', () => {
  const takeNew = createSagaLines(at(0));
  const old = completed('old', 0);
  takeNew([old]);
  takeNew([completed('young', 100_000)]);
  expect(takeNew([old])).toEqual([]);
});

test('a saga that is stuck goes on to be told when a person moves it', () => {
  const takeNew = createSagaLines(at(0));
  const refund = { step: 'payment', attempt: 1, outcome: 'unknown', reason: 'HTTP 500 fault-error' };
  const stuck = saga(
    'stuck',
    ['begun', 0, { steps: ['payment'] }],
    ['action-called', 1, called],
    ['action-answered', 2, { ...called, outcome: 'unknown', reason: 'HTTP 503', retryAt: at(302) }],
    ['action-called', 302, { ...called, attempt: 2 }],
    ['action-answered', 303, { ...called, attempt: 2, outcome: 'rejected', reason: 'no' }],
    ['failed', 304, { step: 'payment', outcome: 'unknown', reason: 'no' }],
    ['compensation-called', 305, called],
    ['compensation-answered', 306, refund],
    ['parked', 307],
    ['retried', 400_000, { by: 'operator' }],
    ['claimed', 400_001, { by: 'host:1' }],
    ['compensation-called', 400_002, { ...called, attempt: 2 }],
    ['compensation-answered', 400_003, { ...answered, attempt: 2 }],
    ['ended', 400_004],
  );
  takeNew([grown(stuck, 3)]);
  const before = takeNew([grown(stuck, 9)]);
  expect(before.map(({ tone, text }) => `${tone}: ${text}`)).toEqual([
    'plain: payment is called, attempt 2',
    'back: payment rejected: no',
    'back: turns back at payment: the order is CANCELLED',
    'back: payment is asked to undo',
    'bad: payment not undone: HTTP 500 fault-error',
    'bad: is stuck: a person has to retry or resolve it',
  ]);
  takeNew([completed('other', 200_000)]);
  expect(takeNew([stuck]).map(({ tone, text }) => `${tone}: ${text}`)).toEqual([
    'back: retried by operator',
    'back: taken over by host:1',
    'back: payment is asked to undo, attempt 2',
    'good: payment undone (7 ms)',
    'good: ends: all is undone',
  ]);
});

test('a failure says when it is tried again', () => {
  const failed = { ...called, outcome: 'unknown', reason: 'HTTP 503', retryAt: at(302) };
  const [line] = createSagaLines(at(0))([saga('one', ['action-answered', 2, failed])]);
  expect(line).toEqual({ sagaId: 'one', at: at(2), tone: 'back', text: 'payment unknown: HTTP 503; again in 300 ms' });
});

test('a call that was not sent says so', () => {
  const notSent = { ...called, outcome: 'not-sent', reason: 'network error: ECONNREFUSED' };
  const [line] = createSagaLines(at(0))([saga('one', ['action-answered', 2, notSent])]);
  expect(line?.text).toBe('payment not sent: network error: ECONNREFUSED');
});
