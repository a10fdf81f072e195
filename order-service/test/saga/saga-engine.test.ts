import { newId } from 'service-kit/ids';
import { pauseAfter } from '../../src/saga/backoff.ts';
import type { CallResult, NewSagaEvent } from '../../src/saga/saga-events.ts';
import { toSagaView } from '../../src/saga/saga-view.ts';
import { begun, defineSaga, later, lost, no, nothing, ok, openEngines } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
beforeEach(async () => {
  engines = await openEngines();
});
afterEach(() => engines.close());

const input = { name: 'a' };
const recoverAll = async (engine: { recoverOnce(): Promise<Promise<void>[]> }) =>
  Promise.all(await engine.recoverOnce());

test('a saga whose steps succeed completes, with intent and outcome of every call in its log', async () => {
  const { engine, store, types } = engines.makeEngine(defineSaga({}));
  const id = newId();
  await (await engine.begin(id, input, nothing)).driven;
  const record = await store.find(id);
  expect(record).toMatchObject({ status: 'COMPLETED', failure: null, input });
  expect(record?.log.map(({ type }) => type)).toEqual(types());
  expect(types()).toEqual([
    ...['begun', 'action-called', 'action-answered', 'action-called', 'action-answered'],
    'ended',
  ]);
  expect(await engines.readFollowed()).toEqual(['COMPLETED']);
});

test('the turn back is committed before the first compensation is sent', async () => {
  let statusAtUndo: unknown;
  const { engine, store } = engines.makeEngine(
    defineSaga({
      pick: () => no,
      'undo-pay': async () => {
        statusAtUndo = (await store.find(id))?.status;
        return ok;
      },
    }),
  );
  const id = newId();
  await (await engine.begin(id, input, nothing)).driven;
  expect(statusAtUndo).toBe('COMPENSATING');
  expect(await engines.readFollowed()).toEqual(['COMPENSATING', 'COMPENSATED']);
  expect(await store.find(id)).toMatchObject({ failure: { step: 'pick', outcome: 'rejected', reason: 'no' } });
});

test('promise 4: what may be transient is tried again, then its unknown step is compensated too', async () => {
  const calls: string[] = [];
  const act = (name: string, result: CallResult) => () => {
    calls.push(name);
    return result;
  };
  const { engine, store } = engines.makeEngine(
    defineSaga({
      pay: act('pay', ok),
      pick: act('pick', lost),
      'undo-pick': act('undo-pick', ok),
      'undo-pay': act('undo-pay', ok),
    }),
  );
  const id = newId();
  await (await engine.begin(id, input, nothing)).driven;
  expect(calls).toEqual(['pay', 'pick', 'pick', 'pick', 'undo-pick', 'undo-pay']);
  expect((await store.find(id))?.status).toBe('COMPENSATED');
});

test('promise 6: a compensation that keeps failing parks after its attempts, each failure in the log', async () => {
  const { engine, store } = engines.makeEngine(defineSaga({ pick: () => no, 'undo-pay': () => no }));
  const id = newId();
  await (await engine.begin(id, input, nothing)).driven;
  const record = await store.find(id);
  expect(record?.status).toBe('COMPENSATION_STUCK');
  const failures = record?.log.filter((event) => event.type === 'compensation-answered' && event.step === 'pay');
  expect(failures?.map((event) => 'attempt' in event && event.attempt)).toEqual([1, 2, 3]);
});

test('promise 8: a paused driver writes nothing once another has taken its saga over', async () => {
  const paused = later<CallResult>();
  const slow = engines.makeEngine(defineSaga({ pay: () => paused.promise }), { leaseMs: 0 });
  const id = newId();
  const { driven } = await slow.engine.begin(id, input, nothing);
  const quick = engines.makeEngine(defineSaga({}));
  // The slow one logs its intent at about this time: claim until its lease is seen to have run out.
  for (let claimed = 0; claimed === 0; ) claimed = (await recoverAll(quick.engine)).length;
  const length = (await quick.store.find(id))?.log.length;
  paused.keep(ok);
  await driven;
  expect(await quick.store.find(id)).toMatchObject({ status: 'COMPLETED' });
  expect((await quick.store.find(id))?.log).toHaveLength(length ?? 0);
});

test('promise 1: what a dead process left is driven to its end by the next recovery', async () => {
  const dead = engines.makeStore(0);
  const saga = await dead.begin(newId(), input, begun('pay', 'pick'), nothing);
  await dead.append(saga, [{ type: 'action-called', step: 'pay', attempt: 1 }], {
    status: 'STARTED',
    statusChanges: false,
    failure: null,
    dueAt: null,
  });
  const { engine, store } = engines.makeEngine(defineSaga({ pick: () => no }));
  await recoverAll(engine);
  expect((await store.find(saga.id))?.status).toBe('COMPENSATED');
});

test('a pause longer than is sat out gives the lease up until it is due, and survives a restart', async () => {
  let healthy = false;
  const definition = defineSaga(
    { pick: () => no, 'undo-pay': () => (healthy ? ok : no) },
    { backoff: { firstMs: 40, maxMs: 40 } },
  );
  const first = engines.makeEngine(definition, { longestPauseMs: 1 });
  const id = newId();
  await (await first.engine.begin(id, input, nothing)).driven;
  const waiting = await first.store.find(id);
  expect(waiting?.status).toBe('COMPENSATING');
  expect(waiting?.dueAt).toEqual(waiting?.leaseUntil);
  healthy = true;
  const second = engines.makeEngine(definition);
  for (let claimed = 0; claimed === 0; ) claimed = (await recoverAll(second.engine)).length;
  expect((await second.store.find(id))?.status).toBe('COMPENSATED');
});

test('a saga that turned back under a build which compensated no rejected step is finished with that compensation', async () => {
  const failure = { step: 'pick', outcome: 'rejected', reason: 'no' } as const;
  const answered = { type: 'action-answered', attempt: 1, durationMs: 1 } as const;
  const dead = engines.makeStore(0);
  const saga = await dead.begin(newId(), input, begun('pay', 'pick'), nothing);
  const events: NewSagaEvent[] = [
    { type: 'action-called', step: 'pay', attempt: 1 },
    { ...answered, step: 'pay', outcome: 'succeeded' },
    { type: 'action-called', step: 'pick', attempt: 1 },
    { ...answered, ...failure },
    { type: 'failed', ...failure },
    { type: 'compensation-called', step: 'pay', attempt: 1 },
  ];
  await dead.append(saga, events, { status: 'COMPENSATING', statusChanges: true, failure, dueAt: null });
  const calls: string[] = [];
  const act = (name: string) => () => {
    calls.push(name);
    return ok;
  };
  const { engine, store } = engines.makeEngine(
    defineSaga({ 'undo-pick': act('undo-pick'), 'undo-pay': act('undo-pay') }),
  );
  await recoverAll(engine);
  expect(calls).toEqual(['undo-pick', 'undo-pay']);
  expect((await store.find(saga.id))?.status).toBe('COMPENSATED');
});

test('a stop lets the call under way end, gives the lease up, and leaves the rest to the next process', async () => {
  const answer = later<CallResult>();
  const stopping = engines.makeEngine(defineSaga({ pay: () => answer.promise }));
  const id = newId();
  await stopping.engine.begin(id, input, nothing);
  const stopped = stopping.engine.stop();
  answer.keep(ok);
  await stopped;
  expect(stopping.types()).toEqual(['begun', 'action-called', 'action-answered']);
  const next = engines.makeEngine(defineSaga({}));
  await recoverAll(next.engine);
  expect((await next.store.find(id))?.status).toBe('COMPLETED');
});

test('a lease is kept while a call takes longer than the lease', async () => {
  // It is extended at every third of it: a busy machine is late by less than the two thirds that are left.
  const leaseMs = 3_000;
  const answer = later<CallResult>();
  const slow = engines.makeEngine(defineSaga({ pay: () => answer.promise }), { leaseMs });
  slow.engine.start();
  const { driven } = await slow.engine.begin(newId(), input, nothing);
  const began = performance.now();
  const other = engines.makeEngine(defineSaga({}));
  let taken = 0;
  while (performance.now() - began < leaseMs + 500) taken += (await other.engine.recoverOnce()).length;
  answer.keep(ok);
  await driven;
  await slow.engine.stop();
  expect(taken).toBe(0);
  expect(slow.types().at(-1)).toBe('ended');
});

test('pauses double from the first to the longest, jittered down to the half', () => {
  const backoff = { firstMs: 250, maxMs: 8000 };
  const full = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => pauseAfter(attempt, backoff, 1));
  expect(full).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(pauseAfter(3, backoff, 0)).toBe(500);
});

describe('a stuck saga', () => {
  async function getStuck() {
    let healthy = false;
    const definition = defineSaga({ pick: () => no, 'undo-pay': () => (healthy ? ok : no) });
    const { engine, store } = engines.makeEngine(definition);
    const id = newId();
    await (await engine.begin(id, input, nothing)).driven;
    const heal = () => {
      healthy = true;
    };
    return { engine, store, id, heal };
  }

  test('promise 6: retried by hand it gets fresh attempts, and of many at once one wins', async () => {
    const { engine, store, id, heal } = await getStuck();
    heal();
    const won = await Promise.all(Array.from({ length: 20 }, () => engine.retry(id, 'eva')));
    expect(won.filter(Boolean)).toHaveLength(1);
    await engine.stop();
    const record = await store.find(id);
    const events = record?.log.map((event) => ('attempt' in event ? `${event.type} ${event.attempt}` : event.type));
    expect(events?.slice(-5)).toEqual([
      ...['parked', 'retried', 'compensation-called 4', 'compensation-answered 4', 'ended'],
    ]);
    expect(record?.status).toBe('COMPENSATED');
  });

  test('retried in vain it gets stuck again, with every failure kept', async () => {
    const { engine, store, id } = await getStuck();
    await engine.retry(id, 'eva');
    while ((await store.find(id))?.status !== 'COMPENSATION_STUCK');
    const record = await store.find(id);
    expect(record && toSagaView(record).compensationFailures.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('resolved by hand it is closed, once, with who and why in its log', async () => {
    const { engine, store, id } = await getStuck();
    const won = await Promise.all(Array.from({ length: 20 }, () => engine.resolve(id, 'eva', 'paid back in cash')));
    expect(won.filter(Boolean)).toHaveLength(1);
    const record = await store.find(id);
    expect(record?.status).toBe('RESOLVED');
    expect(record?.log.at(-1)).toMatchObject({ type: 'resolved', by: 'eva', reason: 'paid back in cash' });
    expect(await engine.retry(id, 'eva')).toBe(false);
  });

  test('of a retry and a resolve at once one wins', async () => {
    const { engine, id, heal } = await getStuck();
    // Otherwise it may be stuck again, and then be resolved, too.
    heal();
    expect((await Promise.all([engine.retry(id, 'a'), engine.resolve(id, 'b', 'c')])).filter(Boolean)).toHaveLength(1);
  });
});

test('a saga that waits for its next attempt can be retried now, by another process too', async () => {
  let healthy = false;
  const slow = { backoff: { firstMs: 60_000, maxMs: 60_000 } };
  const definition = defineSaga({ pick: () => no, 'undo-pay': () => (healthy ? ok : no) }, slow);
  const waiting = engines.makeEngine(definition, { longestPauseMs: 120_000 });
  const id = newId();
  await waiting.engine.begin(id, input, nothing);
  while (!(await waiting.store.find(id))?.dueAt);
  healthy = true;
  const other = engines.makeEngine(definition);
  expect(await other.engine.retry(id, 'eva')).toBe(true);
  while ((await other.store.find(id))?.status !== 'COMPENSATED');
  await waiting.engine.stop();
  expect((await other.store.find(id))?.log.at(-1)?.type).toBe('ended');
});

test('a saga that is driven cannot be retried, nor one that is over', async () => {
  const answer = later<CallResult>();
  const { engine } = engines.makeEngine(defineSaga({ pay: () => answer.promise }));
  const id = newId();
  const { driven } = await engine.begin(id, input, nothing);
  expect(await engine.retry(id, 'eva')).toBe(false);
  expect(await engine.resolve(id, 'eva', 'why')).toBe(false);
  answer.keep(ok);
  await driven;
  expect(await engine.retry(id, 'eva')).toBe(false);
});

test('promise 10: with as many sagas in flight as there may be, one more is refused and nothing written', async () => {
  const answer = later<CallResult>();
  const { engine, store } = engines.makeEngine(defineSaga({ pay: () => answer.promise }), { maxSagasInFlight: 3 });
  const ids = Array.from({ length: 10 }, newId);
  const begun = await Promise.allSettled(ids.map((id) => engine.begin(id, input, nothing)));
  const refused = ids.filter((_, index) => begun[index]?.status === 'rejected');
  expect(refused).toHaveLength(7);
  for (const id of refused) expect(await store.find(id)).toBeUndefined();
  answer.keep(ok);
  await engine.stop();
});
