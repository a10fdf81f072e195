import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { failed, simultaneously, succeeded } from '../../service-kit/test/simultaneously.ts';
import { createInventoryStore, type InventoryStore } from '../src/store.ts';

let database: MigratedDatabase;
let store: InventoryStore;

beforeAll(async () => {
  database = await openMigratedDatabase('inventory');
  store = createInventoryStore(database.db);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql`TRUNCATE products CASCADE`;
  await store.stockProduct('cup', 100);
  await store.stockProduct('pen', 100);
});

const reserve = (sagaId: string, productId = 'cup', quantity = 1) =>
  store.reserve({ sagaId, productId, quantity, fail: false });
const stockOf = async (id: string) =>
  (await database.sql`SELECT available::int, reserved::int, stocked::int FROM products WHERE id = ${id}`)[0];
const rowsByStatus = () =>
  database.sql`SELECT status, count(*)::int AS rows FROM reservations GROUP BY status ORDER BY status`;
const refused = (name: string) =>
  expect.objectContaining({ document: expect.objectContaining({ type: `/problems/${name}` }) });
const whole = { available: 100, reserved: 0, stocked: 100 };

describe('promise 7: repeated calls', () => {
  test('200 simultaneous identical reserves take the stock once and are answered alike', async () => {
    const sagaId = newId();
    const answers = succeeded(await simultaneously(200, () => reserve(sagaId, 'cup', 3)));
    expect(answers).toHaveLength(200);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await rowsByStatus()).toEqual([{ status: 'RESERVED', rows: 1 }]);
    expect(await stockOf('cup')).toEqual({ available: 97, reserved: 3, stocked: 100 });
  });

  test('200 simultaneous identical releases give back once and are answered alike', async () => {
    const sagaId = newId();
    const reserved = await reserve(sagaId, 'cup', 3);
    await reserve(newId(), 'cup', 50);
    const answers = succeeded(await simultaneously(200, () => store.release(sagaId)));
    expect(answers).toHaveLength(200);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toEqual({ ...reserved, status: 'RELEASED', updatedAt: expect.any(Date) });
    expect(await stockOf('cup')).toEqual({ available: 50, reserved: 50, stocked: 100 });
  });

  test('a reserve that is repeated answers as the first did, also when the stock is gone', async () => {
    const sagaId = newId();
    const first = await reserve(sagaId, 'cup', 100);
    expect(first).toMatchObject({ sagaId, productId: 'cup', quantity: 100, status: 'RESERVED' });
    expect(await reserve(sagaId, 'cup', 100)).toEqual(first);
    expect(await store.find(sagaId)).toEqual(first);
  });
});

describe('promise 7: empty and late calls', () => {
  test('a release with nothing to release leaves VOIDED, however often it is asked', async () => {
    const sagaId = newId();
    const first = await store.release(sagaId);
    expect(first).toMatchObject({ status: 'VOIDED', productId: null, quantity: null, reservationId: null });
    expect(await store.release(sagaId)).toEqual(first);
    expect(await stockOf('cup')).toEqual(whole);
  });

  test('a reserve after an empty release is refused and takes nothing', async () => {
    const sagaId = newId();
    await store.release(sagaId);
    await expect(reserve(sagaId)).rejects.toEqual(refused('reserve-after-release'));
    await expect(reserve(sagaId)).rejects.toEqual(refused('reserve-after-release'));
    expect(await stockOf('cup')).toEqual(whole);
  });

  test('a reserve after the release of a reservation is refused and takes nothing', async () => {
    const sagaId = newId();
    await reserve(sagaId);
    await store.release(sagaId);
    await expect(reserve(sagaId)).rejects.toEqual(refused('reserve-after-release'));
    expect(await rowsByStatus()).toEqual([{ status: 'RELEASED', rows: 1 }]);
    expect(await stockOf('cup')).toEqual(whole);
  });

  test('a saga that is not known is not found', async () => {
    await expect(store.find(newId())).rejects.toEqual(refused('reservation-not-found'));
  });
});

describe('refusals', () => {
  test.each([
    ['another product', 'pen', 2],
    ['another quantity', 'cup', 3],
    ['more than there is', 'cup', 1000],
  ])('a reserve of %s by the same saga is a conflict', async (_what, productId, quantity) => {
    const sagaId = newId();
    const first = await reserve(sagaId, 'cup', 2);
    await expect(reserve(sagaId, productId, quantity)).rejects.toEqual(refused('reserve-conflict'));
    expect(await store.find(sagaId)).toEqual(first);
    expect(await stockOf('cup')).toEqual({ available: 98, reserved: 2, stocked: 100 });
    expect(await stockOf('pen')).toEqual(whole);
  });

  test('a refusal is not recorded: with stock again, the same saga can reserve', async () => {
    const sagaId = newId();
    await expect(reserve(sagaId, 'cup', 101)).rejects.toEqual(refused('out-of-stock'));
    await expect(reserve(sagaId, 'hat', 101)).rejects.toEqual(refused('product-not-found'));
    expect(await rowsByStatus()).toEqual([]);
    expect(await stockOf('cup')).toEqual(whole);
    await store.stockProduct('cup', 101);
    expect(await reserve(sagaId, 'cup', 101)).toMatchObject({ status: 'RESERVED' });
  });
});

describe('promise 2: races', () => {
  test('500 simultaneous reservations of one unit from a stock of 100 make 100 reservations', async () => {
    const results = await simultaneously(500, () => reserve(newId()));
    expect(succeeded(results)).toHaveLength(100);
    expect(failed(results)).toEqual(Array(400).fill(refused('out-of-stock')));
    expect(await stockOf('cup')).toEqual({ available: 0, reserved: 100, stocked: 100 });
    expect(await rowsByStatus()).toEqual([{ status: 'RESERVED', rows: 100 }]);
  });

  test('300 races of reserve against release leave nothing reserved and the stock whole', async () => {
    await store.stockProduct('cup', 1000);
    const sagaIds = Array.from({ length: 300 }, newId);
    const results = await simultaneously(600, (index) => {
      const sagaId = sagaIds[index >> 1] as string;
      // The reserve goes first in every other race.
      return (index + (index >> 1)) % 2 === 0 ? reserve(sagaId, 'cup', 3) : store.release(sagaId);
    });
    expect(failed(results)).toEqual(failed(results).map(() => refused('reserve-after-release')));
    const rows = await database.sql`SELECT status FROM reservations`;
    expect(rows).toHaveLength(300);
    expect(rows.filter(({ status }) => status === 'RESERVED')).toEqual([]);
    expect(rows.filter(({ status }) => status === 'VOIDED')).toHaveLength(failed(results).length);
    expect(await stockOf('cup')).toEqual({ available: 1000, reserved: 0, stocked: 1000 });
  });

  test('sagas that reserve two products at once do not block each other', async () => {
    const results = await simultaneously(200, (index) => reserve(newId(), index % 2 ? 'cup' : 'pen'));
    expect(succeeded(results)).toHaveLength(200);
    expect(await stockOf('cup')).toEqual(await stockOf('pen'));
  });
});

describe('stocking', () => {
  test('a product is made by stocking it, and stocked anew keeps what is reserved', async () => {
    expect(await store.stockProduct('hat', 5)).toEqual({ id: 'hat', available: 5, reserved: 0, stocked: 5 });
    await reserve(newId(), 'hat', 2);
    expect(await store.stockProduct('hat', 0)).toEqual({ id: 'hat', available: 0, reserved: 2, stocked: 2 });
  });

  test('stocking a product while it is reserved and released keeps its stock whole', async () => {
    const sagaIds = Array.from({ length: 300 }, newId);
    await simultaneously(900, async (index) => {
      const sagaId = sagaIds[Math.trunc(index / 3)] as string;
      if (index % 3 === 0) return reserve(sagaId);
      if (index % 3 === 1 && index % 2 === 0) return store.release(sagaId);
      if (index % 30 === 2) return store.stockProduct('cup', 40);
      return undefined;
    });
    const stock = await stockOf('cup');
    const [held] = await database.sql`
      SELECT coalesce(sum(quantity), 0)::int AS units FROM reservations WHERE status = 'RESERVED'`;
    expect(stock?.['reserved']).toBe(held?.['units']);
    expect(stock?.['stocked']).toBe(stock?.['available'] + stock?.['reserved']);
    expect(held?.['units']).toBeGreaterThan(0);
  });

  test('a product that many make at once is one', async () => {
    expect(succeeded(await simultaneously(50, (index) => store.stockProduct('hat', index)))).toHaveLength(50);
    expect(await database.sql`SELECT id FROM products WHERE id = 'hat'`).toHaveLength(1);
  });
});
