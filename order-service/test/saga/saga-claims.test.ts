import postgres from 'postgres';
import { openDatabase } from 'service-kit/database';
import { called, claimDue, openEngines, started } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

test('promise 8: of ten that claim at once, one gets each saga', async () => {
  await engines.finishAll();
  const begun = await Promise.all(Array.from({ length: 30 }, () => engines.begin(0)));
  const claims = await Promise.all(Array.from({ length: 10 }, () => claimDue(engines.makeStore(10_000), 30)));
  const ids = claims.flat().map(({ id }) => id);
  expect(ids.sort()).toEqual(begun.map(({ saga }) => saga.id).sort());
});

test('a look finds the oldest that are due, with their logs, passes over whom it is told to, and writes nothing', async () => {
  await engines.finishAll();
  const sagas = [(await engines.begin(0)).saga, (await engines.begin(0)).saga, (await engines.begin(0)).saga];
  await engines.begin(10_000);
  const [first, second, third] = await Promise.all(sagas.map(({ id }) => engines.recordOf(id)));
  const store = engines.makeStore(10_000);
  expect(await store.findDue(2)).toEqual([first, second]);
  expect(await store.findDue(10, [sagas[0]?.id ?? '', sagas[1]?.id ?? ''])).toEqual([third]);
  expect(await Promise.all(sagas.map(({ id }) => engines.recordOf(id)))).toEqual([first, second, third]);
});

test('a claimed saga has the log that was found, and the claim as it is stored', async () => {
  await engines.finishAll();
  const { saga, store } = await engines.begin(0);
  await store.append(saga, [called], started);
  const [taken] = await claimDue(engines.makeStore(10_000, 'another'), 1);
  const { log, fencingToken, lastSeq, updatedAt } = await engines.recordOf(saga.id);
  expect(taken).toMatchObject({ id: saga.id, input: saga.input, traceparent: null, fencingToken });
  expect(taken?.log).toEqual(log);
  expect([log.at(-1)?.type, log.at(-1)?.seq, log.at(-1)?.at]).toEqual(['claimed', lastSeq, updatedAt]);
});

test('promise 8: a claim takes nothing that was written to since it was found', async () => {
  await engines.finishAll();
  const { saga, store } = await engines.begin(0);
  const found = await store.findDue(1);
  await store.append(saga, [called], started);
  expect(await store.claim(found)).toEqual([]);
  expect((await engines.recordOf(saga.id)).log).toHaveLength(2);
  const again = await store.findDue(1);
  expect(await store.claim(again)).toHaveLength(1);
  expect(await store.claim(again)).toEqual([]);
});

test('a batch is found and claimed in two statements', async () => {
  await engines.finishAll();
  for (let count = 0; count < 5; count += 1) await engines.begin(0);
  let statements = 0;
  const watch = () => {
    statements += 1;
  };
  const watched = openDatabase(engines.url, 1, { watch });
  expect(await claimDue(engines.makeStore(10_000, 'test', watched), 10)).toHaveLength(5);
  expect(statements).toBe(2);
  await watched.close();
});

test('a claim waits for no saga that another is taking', async () => {
  await engines.finishAll();
  const [{ saga: busy }, { saga: idle }] = [await engines.begin(0), await engines.begin(0)];
  const store = engines.makeStore(10_000);
  const other = postgres(engines.url, { max: 1 });
  await other.begin(async (transaction) => {
    await transaction`SELECT 1 FROM sagas WHERE id = ${busy.id} FOR UPDATE`;
    expect((await claimDue(store, 2)).map(({ id }) => id)).toEqual([idle.id]);
  });
  await other.end();
});

test('a claim takes no saga whose lease runs, and no more than its batch', async () => {
  await engines.finishAll();
  await engines.begin(10_000);
  for (let i = 0; i < 3; i += 1) await engines.begin(0);
  const store = engines.makeStore(10_000);
  expect(await claimDue(store, 2)).toHaveLength(2);
  expect(await claimDue(store, 2)).toHaveLength(1);
  expect(await claimDue(store, 2)).toHaveLength(0);
});

test('an extended lease is not claimed; a released one is, when its time has come', async () => {
  await engines.finishAll();
  const { saga } = await engines.begin(0);
  const store = engines.makeStore(10_000);
  await store.extend([saga]);
  expect(await claimDue(store, 1)).toHaveLength(0);
  await store.release(saga, new Date(saga.now().getTime() + 60_000));
  expect(await claimDue(store, 1)).toHaveLength(0);
  await store.release(saga, null);
  expect(await claimDue(store, 1)).toHaveLength(1);
});

test('extending leases waits for no saga that is being written to', async () => {
  await engines.finishAll();
  const [{ saga: busy }, { saga: idle }] = [await engines.begin(0), await engines.begin(0)];
  const store = engines.makeStore(10_000);
  const other = postgres(engines.url, { max: 1 });
  await other.begin(async (transaction) => {
    await transaction`SELECT 1 FROM sagas WHERE id = ${busy.id} FOR UPDATE`;
    await store.extend([busy, idle]);
  });
  await other.end();
  expect((await claimDue(store, 2)).map(({ id }) => id)).toEqual([busy.id]);
});

test('what another has claimed is neither extended nor released', async () => {
  await engines.finishAll();
  const { store, saga } = await engines.begin(0);
  await claimDue(engines.makeStore(10_000), 1);
  await store.release(saga, null);
  expect(await claimDue(engines.makeStore(10_000), 1)).toHaveLength(0);
});
