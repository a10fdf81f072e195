import { createLogger } from 'service-kit/logger';
import { breakCircuit } from '../src/participants/circuit-breaker.ts';
import type { CallResult } from '../src/saga/saga-events.ts';

const logger = createLogger('test', { logLevel: 'error', logFormat: 'json' });
logger.silent = true;
const options = { breakerCalls: 20, breakerWindowMs: 10_000, breakerRestMs: 50 };
const ok: CallResult = { outcome: 'succeeded', httpStatus: 200 };
const context = { sagaId: 'saga', attempt: 1, timeoutMs: 1000 };

/** A call behind a breaker, what it answers next, and how often it was sent. */
function setUp() {
  const state = { answer: ok, sent: 0 };
  const ask = breakCircuit<null>(
    'payment',
    async () => {
      state.sent += 1;
      return state.answer;
    },
    options,
    logger,
  );
  const callTimes = async (times: number, answer: CallResult) => {
    state.answer = answer;
    const results: CallResult[] = [];
    for (let i = 0; i < times; i += 1) results.push(await ask(null, context));
    return results;
  };
  return { state, callTimes };
}

const outages: [string, CallResult][] = [
  ['connection failures', { outcome: 'unknown', kind: 'network', reason: 'ECONNRESET', transient: true }],
  ['refused connections', { outcome: 'not-sent', kind: 'network', reason: 'ECONNREFUSED', transient: true }],
  ...[401, 403, 421].map((httpStatus): [string, CallResult] => [
    `${httpStatus}s`,
    { outcome: 'not-sent', kind: 'http-status', httpStatus, reason: `HTTP ${httpStatus}`, transient: true },
  ]),
  ['timeouts', { outcome: 'unknown', kind: 'timeout', reason: 'no answer', transient: true }],
  ...[502, 503, 504].map((httpStatus): [string, CallResult] => [
    `${httpStatus}s`,
    { outcome: 'unknown', kind: 'http-status', httpStatus, reason: `HTTP ${httpStatus}`, transient: true },
  ]),
];

test.each(outages)('%s of one request that many calls shared do not open it', async (_name, outage) => {
  const { state, callTimes } = setUp();
  await callTimes(40, { ...outage, counted: true });
  expect(state.sent).toBe(40);
  expect(await callTimes(1, ok)).toEqual([ok]);
});

test.each(outages)('half of 20 calls being %s opens the circuit: nothing more is sent', async (_name, outage) => {
  const { state, callTimes } = setUp();
  await callTimes(10, ok);
  expect(await callTimes(9, outage)).toEqual(Array(9).fill(outage));
  await callTimes(1, outage);
  const [refused] = await callTimes(1, ok);
  expect(refused).toMatchObject({ outcome: 'not-sent', kind: 'not-sent' });
  expect(refused?.transient ?? false).toBe(false);
  expect(state.sent).toBe(20);
});

test.each<[string, CallResult]>([
  ['plain 500s', { outcome: 'unknown', kind: 'http-status', httpStatus: 500, reason: 'HTTP 500' }],
  ['rejections', { outcome: 'rejected', kind: 'rejection', httpStatus: 409, reason: 'no' }],
  ['broken answers', { outcome: 'unknown', kind: 'contract', httpStatus: 200, reason: 'HTML' }],
])('%s never open it', async (_name, result) => {
  const { state, callTimes } = setUp();
  expect(await callTimes(60, result)).toEqual(Array(60).fill(result));
  expect(state.sent).toBe(60);
});

test('fewer than 20 calls never open it', async () => {
  const { state, callTimes } = setUp();
  await callTimes(19, outages[0]?.[1] as CallResult);
  expect(state.sent).toBe(19);
});

test('after its rest one call is tried, and its success closes the circuit', async () => {
  const { callTimes } = setUp();
  await callTimes(20, outages[0]?.[1] as CallResult);
  let [result] = await callTimes(1, ok);
  expect(result).toMatchObject({ kind: 'not-sent' });
  for (const giveUpAt = Date.now() + 5000; result?.outcome !== 'succeeded' && Date.now() < giveUpAt; ) {
    await new Promise(setImmediate);
    [result] = await callTimes(1, ok);
  }
  expect(await callTimes(20, ok)).toEqual(Array(20).fill(ok));
});
