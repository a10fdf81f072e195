import { sql } from 'drizzle-orm';
import { openDatabase } from 'service-kit/database';
import { isUnavailable } from 'service-kit/database-errors';
import { newId } from 'service-kit/ids';
import { startPostgresForwarder } from '../../../service-kit/test/postgres-forwarder.ts';
import { outcomes, type SagaEvent } from '../../src/saga/saga-events.ts';
import type { HeldSaga } from '../../src/saga/saga-record.ts';
import { CommitUnknown, LeaseLost, type SagaStore } from '../../src/saga/saga-store.ts';
import { begun, called, claimDue, type Input, nothing, openEngines, started } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

test('begin writes the saga and what comes alongside, or neither', async () => {
  const store = engines.makeStore(1000);
  const id = newId();
  const beginning = store.begin(id, { name: 'a' }, begun('pay'), { parts: 0 });
  await expect(beginning).rejects.toThrow('division by zero');
  expect(await store.find(id)).toBeUndefined();
});

test('a begin whose connection breaks before the answer is unknown, whether it was committed or not', async () => {
  const forwarder = await startPostgresForwarder(engines.url);
  const database = openDatabase(forwarder.url, 1);
  const store = engines.makeStore(1000, 'test', database);
  const id = newId();
  await store.find(id);
  forwarder.holdAnswers('SELECT 1');
  const beginning = store.begin(id, { name: 'a' }, begun('pay'), nothing).catch((error) => error);
  while (!(await engines.makeStore(1000).find(id)));
  forwarder.switchOff();
  expect(await beginning).toBeInstanceOf(CommitUnknown);
  await forwarder.close();
  await database.close();
});

test.each<[string, (store: SagaStore<Input>, saga: HeldSaga<Input>) => Promise<unknown>]>([
  ['an append', (store, saga) => store.append(saga, [called], started)],
  ['an extension of leases', (store, saga) => store.extend([saga])],
  ['a release', (store, saga) => store.release(saga, null)],
  ['a look for sagas that are due', (store) => store.findDue(1)],
  ['a claim', async (store, { id }) => store.claim([await engines.recordOf(id)])],
])('%s that gets no answer is given up after a while', async (_what, ask) => {
  const { saga } = await engines.begin();
  const forwarder = await startPostgresForwarder(engines.url);
  const silent = openDatabase(forwarder.url, 1, { timeoutMs: 300 });
  const store = engines.makeStore(1000, 'test', silent);
  await store.find(saga.id);
  forwarder.holdAnswers('');
  expect(isUnavailable(await ask(store, saga).catch((error) => error))).toBe(true);
  forwarder.switchOff();
  await silent.close();
  await forwarder.close();
});

test('sagas that are begun at once are one commit, and so are appends to them', async () => {
  const store = engines.makeStore(10_000);
  const readCommits = async (ids: string[]) => {
    const rows = await engines.database.db.execute<{ xmin: string }>(
      sql`SELECT DISTINCT xmin::text FROM sagas WHERE id IN ${ids}`,
    );
    return rows.map(({ xmin }) => xmin);
  };
  const begins = Array.from({ length: 8 }, () => store.begin(newId(), { name: 'a' }, begun('pay'), nothing));
  const sagas = await Promise.all(begins);
  const ids = sagas.map(({ id }) => id);
  const first = await readCommits(ids);
  expect(first).toHaveLength(1);
  await Promise.all(sagas.map((saga) => store.append(saga, [called], started)));
  const second = await readCommits(ids);
  expect(second).toHaveLength(1);
  expect(second).not.toEqual(first);
});

test('of sagas that are begun at once, what one brings along fails it alone', async () => {
  const store = engines.makeStore(10_000);
  const ids = Array.from({ length: 8 }, newId);
  const beginnings = ids.map((id, index) =>
    store.begin(id, { name: 'a' }, begun('pay'), { parts: index === 5 ? 0 : 1 }),
  );
  const results = await Promise.allSettled(beginnings);
  expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([5]);
  const rows = await engines.database.db.execute<{ id: string }>(
    sql`SELECT id FROM sagas WHERE id IN ${ids} ORDER BY id`,
  );
  expect(rows.map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 5));
});

test('a batch of begins whose connection breaks before the answer is unknown for each, and is there as a whole or not', async () => {
  const forwarder = await startPostgresForwarder(engines.url);
  const database = openDatabase(forwarder.url, 1);
  const store = engines.makeStore(10_000, 'test', database);
  const ids = Array.from({ length: 5 }, newId);
  await store.begin(newId(), { name: 'a' }, begun('pay'), nothing);
  forwarder.holdAnswers('SELECT 5');
  const results = Promise.allSettled(ids.map((id) => store.begin(id, { name: 'a' }, begun('pay'), nothing)));
  while (!(await engines.makeStore(1000).find(ids[0] as string)));
  forwarder.switchOff();
  for (const result of await results) {
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(CommitUnknown) });
  }
  for (const id of ids) expect((await engines.makeStore(1000).find(id))?.log).toHaveLength(1);
  await forwarder.close();
  await database.close();
});

test('a begin that cannot reach the database did not happen', async () => {
  const database = openDatabase('postgres://nobody@127.0.0.1:1/nothing', 1, { timeoutMs: 1_000 });
  const store = engines.makeStore(1000, 'test', database);
  const beginning = store.begin(newId(), { name: 'a' }, begun('pay'), nothing);
  await expect(beginning).rejects.not.toBeInstanceOf(CommitUnknown);
  await database.close();
});

test('append numbers events without a gap and reads back what was written', async () => {
  const { store, saga } = await engines.begin();
  const [entry] = await store.append(saga, [called], started);
  const record = await store.find(saga.id);
  expect(record?.log.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'begun'],
    [2, 'action-called'],
  ]);
  expect(record?.log[1]).toEqual(entry);
  expect(Math.abs(saga.now().getTime() - (entry as SagaEvent).at.getTime())).toBeLessThan(1000);
});

test('promise 8: a second append with the same number writes nothing', async () => {
  const { store, saga } = await engines.begin();
  await store.append(saga, [called], started);
  await expect(store.append(saga, [called], started)).rejects.toBeInstanceOf(LeaseLost);
  expect((await store.find(saga.id))?.log).toHaveLength(2);
});

test('promise 8: a driver that lost its lease can write nothing, neither event nor status', async () => {
  await engines.finishAll();
  const { store, saga } = await engines.begin(0);
  const [taken] = await claimDue(engines.makeStore(10_000, 'another'), 10);
  expect(taken).toMatchObject({ id: saga.id, fencingToken: 2 });
  expect(taken?.log.at(-1)).toMatchObject({ type: 'claimed', by: 'another', seq: 2 });
  saga.log.push(...(taken?.log.slice(1) ?? []));
  await expect(store.append(saga, [called], started)).rejects.toBeInstanceOf(LeaseLost);
  const completed = { ...started, status: 'COMPLETED', statusChanges: true } as const;
  await expect(store.append(saga, [{ type: 'ended' }], completed)).rejects.toBeInstanceOf(LeaseLost);
  expect(await store.find(saga.id)).toMatchObject({ status: 'STARTED', lastSeq: 2 });
  expect(await engines.readFollowed()).not.toContain('COMPLETED');
});

test('promise 8: of two that write to a saga in one batch, only who holds the newest token does', async () => {
  await engines.finishAll();
  const { store, saga } = await engines.begin(0);
  const stale = { ...saga, log: [...saga.log] };
  const [taken] = await claimDue(store, 10);
  stale.log.push(...(taken?.log.slice(1) ?? []));
  const [lost, written] = await Promise.allSettled([
    store.append(stale, [called], started),
    store.append(taken as typeof saga, [called], started),
  ]);
  expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
  expect(written).toMatchObject({ status: 'fulfilled', value: [{ seq: 3 }] });
  expect((await store.find(saga.id))?.log).toHaveLength(3);
});

test('events of one append are numbered in their order and share their time', async () => {
  const { store, saga } = await engines.begin();
  const events = [{ ...called, type: 'action-answered', outcome: 'succeeded', durationMs: 5 } as const, called];
  const entries = await store.append(saga, events, started);
  expect(entries.map(({ seq, type }) => [seq, type])).toEqual([
    [2, 'action-answered'],
    [3, 'action-called'],
  ]);
  expect((await store.find(saga.id))?.log.slice(1)).toEqual(entries);
  expect((await store.find(saga.id))?.lastSeq).toBe(3);
});

test('promise 8: who is overtaken before it hears of its claim keeps the old token, and writes nothing', async () => {
  await engines.finishAll();
  const { saga } = await engines.begin(0);
  const forwarder = await startPostgresForwarder(engines.url);
  const slow = openDatabase(forwarder.url, 1);
  await engines.makeStore(1, 'slow', slow).find(saga.id);
  // The slow one's claim is committed, but it hears of it only after another has claimed the saga, too.
  forwarder.holdAnswers('INSERT 0 1');
  const overtaken = claimDue(engines.makeStore(0, 'slow', slow), 1);
  while ((await engines.makeStore(0).find(saga.id))?.fencingToken !== 2);
  const [held] = await claimDue(engines.makeStore(10_000, 'quick'), 1);
  forwarder.letThrough();
  expect(held?.fencingToken).toBe(3);
  const [late] = await overtaken;
  expect(late?.fencingToken).toBe(2);
  await expect(engines.makeStore(0).append(late as typeof saga, [called], started)).rejects.toBeInstanceOf(LeaseLost);
  expect((await engines.recordOf(saga.id)).log.map(({ type }) => type)).toEqual(['begun', 'claimed', 'claimed']);
  await slow.close();
  await forwarder.close();
});

test('every outcome can be stored, and an answer has one', async () => {
  const { store, saga } = await engines.begin();
  for (const [index, outcome] of outcomes.entries()) {
    const answered = { ...called, type: 'action-answered', attempt: index + 1, outcome, durationMs: 1 } as const;
    saga.log.push(...(await store.append(saga, [answered], started)));
  }
  expect((await engines.recordOf(saga.id)).log).toEqual(saga.log);
  const { outcome: _, ...unanswered } = { ...called, type: 'action-answered', outcome: '', durationMs: 1 } as const;
  await expect(store.append(saga, [unanswered as never], started)).rejects.toThrow();
});

test('the schema refuses a failure without a turn and a turn without a failure', async () => {
  const { saga } = await engines.begin();
  const set = (assignment: string) =>
    engines.database.db.execute(sql`UPDATE sagas SET ${sql.raw(assignment)} WHERE id = ${saga.id}`);
  await expect(set("status = 'COMPENSATING'")).rejects.toThrow();
  await expect(set("failure = '{}'")).rejects.toThrow();
});

test('the look for sagas that are due stays on the index of the unfinished among 100,000 finished sagas', async () => {
  await engines.finishAll();
  await engines.database.db.execute(sql`
    INSERT INTO sagas (id, status, input, lease_until)
    SELECT gen_random_uuid(), 'COMPLETED', '{}', now() FROM generate_series(1, 100000)`);
  await engines.database.db.execute(sql`ANALYZE sagas`);
  const plan = await engines.database.db.execute<{ 'QUERY PLAN': string }>(sql`
    EXPLAIN SELECT * FROM sagas
    WHERE status IN ('STARTED', 'COMPENSATING') AND lease_until <= now() AND NOT id = ANY ('{}'::uuid[])
    ORDER BY id LIMIT 100`);
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('sagas_unfinished');
});
