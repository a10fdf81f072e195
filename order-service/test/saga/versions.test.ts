import { sql } from 'drizzle-orm';
import { newId } from 'service-kit/ids';
import { createLogger } from 'service-kit/logger';
import { waitUntil } from 'stack/wait-until';
import type { DropReason } from '../../src/saga/saga-engine.ts';
import type { NewSagaEvent } from '../../src/saga/saga-events.ts';
import { begun, defineSaga, no, nothing, ok, openEngines } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
const opened: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  engines = await openEngines();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(opened.splice(0).map((engine) => engine.stop()));
  await engines.close();
});

const input = { name: 'a' };
const newSteps = ['pay', 'pick', 'ship'];

/** An engine of a version with these steps, what it called, what it dropped and what it logged as an error. */
function openVersion(steps: string[], options: { recoveryBatch?: number; recoveryIntervalMs?: number } = {}) {
  const calls: string[] = [];
  const drops: DropReason[] = [];
  const errors: object[] = [];
  const names = steps.flatMap((name) => [name, `undo-${name}`]);
  const act = (name: string) => () => {
    calls.push(name);
    return ok;
  };
  const acts = Object.fromEntries(names.map((name) => [name, act(name)]));
  const logger = createLogger('test', { logLevel: 'error', logFormat: 'json' });
  jest.spyOn(logger, 'error').mockImplementation(((message: string, fields: object) => {
    errors.push({ message, ...fields });
    return logger;
  }) as never);
  const { engine, store } = engines.makeEngine(defineSaga(acts, {}, steps), {
    logger,
    observeDrop: (reason) => drops.push(reason),
    ...options,
  });
  opened.push(engine);
  const recover = async () => Promise.all(await engine.recoverOnce());
  return { engine, store, calls, drops, errors, recover };
}

/** A saga of the newer version whose driver is gone. */
async function leave(...events: NewSagaEvent[]): Promise<string> {
  const id = newId();
  const saga = await engines.makeStore(0).begin(id, input, [...begun(...newSteps), ...events], nothing);
  return saga.id;
}
const called = (step: string): NewSagaEvent => ({ type: 'action-called', step, attempt: 1 });
const done = (step: string): NewSagaEvent => ({
  ...{ type: 'action-answered', step, attempt: 1, outcome: 'succeeded', durationMs: 1 },
});

test.each<[string, NewSagaEvent[]]>([
  ['before its first call', []],
  ['in the middle of a call', [called('pay')]],
  ['before the step that is not known', [called('pay'), done('pay'), called('pick'), done('pick')]],
])(
  'a saga with a step that an older version does not know (%s) is left as it is, for the newer one',
  async (_, events) => {
    const id = await leave(...events);
    const old = openVersion(['pay', 'pick']);
    const before = await old.store.find(id);
    for (let look = 0; look < 5; look += 1) await old.recover();
    expect(old.calls).toEqual([]);
    expect(await old.store.find(id)).toEqual(before);
    expect(old.drops).toEqual(['illegal-log']);
    const error = 'the definition has no step ship';
    expect(old.errors).toEqual([{ message: 'saga refused: its log is illegal', sagaId: id, error }]);

    const newer = openVersion(newSteps);
    await newer.recover();
    expect((await newer.store.find(id))?.status).toBe('COMPLETED');
    expect(newer.calls.at(-1)).toBe('ship');
  },
);

test('a saga that is refused is looked at again after pauses that grow, and forgotten once it is no longer due', async () => {
  const start = performance.now();
  const clock = jest.spyOn(performance, 'now').mockReturnValue(start);
  const id = await leave();
  const old = openVersion(['pay', 'pick']);
  const looks = jest.spyOn(old.store, 'findDue');
  const passedOver = () => looks.mock.lastCall?.[1];
  const recoverAfter = async (ms: number) => {
    clock.mockReturnValue(start + ms);
    await old.recover();
    return old.drops.length;
  };
  expect(await recoverAfter(0)).toBe(1);
  expect(await recoverAfter(900)).toBe(1);
  expect(passedOver()).toEqual([id]);
  expect(await recoverAfter(2_100)).toBe(2);
  expect(await recoverAfter(4_000)).toBe(2);
  expect(await recoverAfter(6_200)).toBe(3);
  await openVersion(newSteps).recover();
  expect(await recoverAfter(20_000)).toBe(3);
  expect(await recoverAfter(200_000)).toBe(3);
  expect(passedOver()).toEqual([]);
});

test('sagas that are refused block nobody, however many they are', async () => {
  for (let count = 0; count < 7; count += 1) await leave();
  const known = await engines.makeStore(0).begin(newId(), input, begun('pay', 'pick'), nothing);
  const old = openVersion(['pay', 'pick'], { recoveryBatch: 3 });
  old.engine.start();
  await waitUntil('it is completed', async () => (await old.store.find(known.id))?.status === 'COMPLETED', 10_000);
  expect(old.drops).toEqual(Array(7).fill('illegal-log'));
  expect(old.calls).toEqual(['pay', 'pick']);
});

test('a saga whose log says something else than its row is refused, and the log does not grow', async () => {
  const id = await leave(called('pay'));
  await engines.database.db.execute(sql`DELETE FROM saga_events WHERE seq = 2`);
  const old = openVersion(newSteps);
  await old.recover();
  expect(old.errors).toMatchObject([{ sagaId: id, error: 'event 3 where 2 was due' }]);
  expect((await old.store.find(id))?.log).toHaveLength(1);
});

describe('a stuck saga with a step that an older version does not know', () => {
  async function getStuck() {
    const id = newId();
    const definition = defineSaga({ ship: () => no, 'undo-pay': () => no }, {}, newSteps);
    await (await engines.makeEngine(definition).engine.begin(id, input, nothing)).driven;
    const old = openVersion(['pay', 'pick']);
    expect((await old.store.find(id))?.status).toBe('COMPENSATION_STUCK');
    return { id, old };
  }

  test('is not retried by it, and nothing is written', async () => {
    const { id, old } = await getStuck();
    const before = await old.store.find(id);
    await expect(old.engine.retry(id, 'eva')).rejects.toThrow('the definition has no step ship');
    expect(await old.store.find(id)).toEqual(before);
    expect(old.calls).toEqual([]);

    const newer = openVersion(newSteps);
    expect(await newer.engine.retry(id, 'eva')).toBe(true);
    await newer.engine.stop();
    expect((await newer.store.find(id))?.status).toBe('COMPENSATED');
  });

  test('can be resolved by it, which needs no step', async () => {
    const { id, old } = await getStuck();
    expect(await old.engine.resolve(id, 'eva', 'paid back in cash')).toBe(true);
    expect((await old.store.find(id))?.status).toBe('RESOLVED');
  });
});

test('of two replicas that look at the same time, who comes too late goes on to the next', async () => {
  for (let count = 0; count < 30; count += 1)
    await engines.makeStore(0).begin(newId(), input, begun('pay', 'pick'), nothing);
  // There is no other look for the rest of this test.
  const options = { recoveryBatch: 5, recoveryIntervalMs: 60_000 };
  const [one, other] = [openVersion(['pay', 'pick'], options), openVersion(['pay', 'pick'], options)];
  // The one takes what the other has just found, again and again.
  const claim = other.store.claim;
  other.store.claim = async (due) => {
    await one.recover();
    return claim(due);
  };
  other.engine.start();
  await waitUntil(
    'all are completed',
    async () => {
      const rows = await engines.database.db.execute(sql`SELECT 1 FROM sagas WHERE status <> 'COMPLETED'`);
      return rows.length === 0;
    },
    10_000,
  );
  expect(one.calls.length + other.calls.length).toBe(60);
});
