import { newId } from 'service-kit/ids';
import { connectAll, untilWaiting } from '../../service-kit/test/lock-waits.ts';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { failed, simultaneously, succeeded } from '../../service-kit/test/simultaneously.ts';
import { createInventoryStore, type InventoryStore } from '../src/store.ts';

// What is asked for in one turn of the event loop is one statement.
let database: MigratedDatabase;
let store: InventoryStore;
const counted: string[] = [];
const refusedStatements: unknown[] = [];

beforeAll(async () => {
  database = await openMigratedDatabase('inventory', (answered) => {
    answered.catch((error) => refusedStatements.push(error));
  });
  store = createInventoryStore(database.db, (operation, result) => counted.push(`${operation} ${result}`));
  // Tells how often a product was written.
  await database.sql`CREATE TABLE writes (product_id text)`;
  await database.sql`CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO writes VALUES (NEW.id); RETURN NULL; END'`;
  await database.sql`CREATE TRIGGER tell AFTER UPDATE ON products FOR EACH ROW EXECUTE FUNCTION tell()`;
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql`TRUNCATE products CASCADE`;
  await store.stockProduct('cup', 100);
  await store.stockProduct('pen', 100);
  await database.sql`TRUNCATE writes`;
  counted.splice(0);
  refusedStatements.splice(0);
});

const reserve = (sagaId: string, productId = 'cup', quantity = 1) =>
  store.reserve({ sagaId, productId, quantity, fail: false });
const stockOf = async (id: string) =>
  (await database.sql`SELECT available::int, reserved::int, stocked::int FROM products WHERE id = ${id}`)[0];
const writes = async () =>
  (await database.sql`SELECT product_id FROM writes ORDER BY product_id`).map((row) => row['product_id']);
const refused = (name: string) =>
  expect.objectContaining({ document: expect.objectContaining({ type: `/problems/${name}` }) });

const newIds = (count: number) => Array.from({ length: count }, newId);
const whole = { available: 100, reserved: 0, stocked: 100 };

test('fifty reserves take the stock of each product once, by the sum, and their releases give it back so', async () => {
  const sagaIds = newIds(50);
  const reserved = await Promise.all(sagaIds.map((sagaId, index) => reserve(sagaId, index % 5 ? 'cup' : 'pen', 2)));
  expect(reserved.map(({ sagaId }) => sagaId)).toEqual(sagaIds);
  expect(await stockOf('cup')).toEqual({ available: 20, reserved: 80, stocked: 100 });
  expect(await stockOf('pen')).toEqual({ available: 80, reserved: 20, stocked: 100 });
  expect(await writes()).toEqual(['cup', 'pen']);
  const released = await Promise.all(sagaIds.map((sagaId) => store.release(sagaId)));
  expect(released).toEqual(reserved.map((row) => ({ ...row, status: 'RELEASED', updatedAt: expect.any(Date) })));
  expect([await stockOf('cup'), await stockOf('pen')]).toEqual([whole, whole]);
  expect(await writes()).toEqual(['cup', 'cup', 'pen', 'pen']);
  expect(counted).toEqual([...Array(50).fill('reserve applied'), ...Array(50).fill('release applied')]);
});

test.each([
  ['of more than there is', 'cup', 101, 'out-of-stock'],
  ['of an unknown product', 'hat', 1, 'product-not-found'],
])('a reserve %s is refused alone, and fails no statement', async (_what, productId, quantity, problem) => {
  const poisoned = newId();
  const results = await Promise.allSettled([
    reserve(newId()),
    reserve(poisoned, productId, quantity),
    reserve(newId()),
  ]);
  expect(failed(results)).toEqual([refused(problem)]);
  expect(succeeded(results)).toHaveLength(2);
  expect(refusedStatements).toEqual([]);
  expect(await stockOf('cup')).toEqual({ available: 98, reserved: 2, stocked: 100 });
  expect(await database.sql`SELECT FROM reservations WHERE saga_id = ${poisoned}`).toEqual([]);
  expect(counted.sort()).toEqual(['reserve applied', 'reserve applied', 'reserve refused']);
});

test('reserves that together are too much take what there is, and another product is not held back', async () => {
  const results = await simultaneously(10, (index) => reserve(newId(), index === 9 ? 'pen' : 'cup', 30));
  expect(failed(results)).toEqual(Array(6).fill(refused('out-of-stock')));
  expect(results[9]?.status).toBe('fulfilled');
  expect(await stockOf('cup')).toEqual({ available: 10, reserved: 90, stocked: 100 });
  expect(await stockOf('pen')).toEqual({ available: 70, reserved: 30, stocked: 100 });
});

test('what others took since the statement began is refused, and undone', async () => {
  await connectAll(database.db, 2);
  const other = await database.sql.reserve();
  await other`BEGIN`;
  await other`UPDATE products SET available = 1, reserved = 99 WHERE id = 'cup'`;
  const results = simultaneously(2, () => reserve(newId()));
  await untilWaiting(database.db, 1);
  await other`COMMIT`;
  other.release();
  expect(failed(await results)).toEqual([refused('out-of-stock')]);
  expect(await stockOf('cup')).toEqual({ available: 0, reserved: 100, stocked: 100 });
  expect(await database.sql`SELECT status FROM reservations`).toEqual([{ status: 'RESERVED' }]);
});

test('of two reserves of one saga one is applied and one replayed, and both are answered alike', async () => {
  const [once, twice] = [newId(), newId()];
  const [, first, second] = await Promise.all([reserve(once), reserve(twice, 'cup', 3), reserve(twice, 'cup', 3)]);
  expect(second).toEqual(first);
  expect(await stockOf('cup')).toEqual({ available: 96, reserved: 4, stocked: 100 });
  expect(counted.sort()).toEqual(['reserve applied', 'reserve applied', 'reserve replayed']);
});

test('of two reserves of one saga for two products one is applied and one refused', async () => {
  const sagaId = newId();
  const results = await simultaneously(2, (index) => reserve(sagaId, index ? 'cup' : 'pen'));
  expect(succeeded(results)).toEqual([await store.find(sagaId)]);
  expect(failed(results)).toEqual([refused('reserve-conflict')]);
  expect(await writes()).toHaveLength(1);
});

test('of two releases of one saga one is applied and one replayed, and both are answered alike', async () => {
  const [once, twice] = [newId(), newId()];
  await Promise.all([reserve(once), reserve(twice, 'cup', 3)]);
  counted.splice(0);
  const [, first, second] = await Promise.all([store.release(once), store.release(twice), store.release(twice)]);
  expect(first).toMatchObject({ sagaId: twice, status: 'RELEASED' });
  expect(second).toEqual(first);
  expect(await stockOf('cup')).toEqual(whole);
  expect(counted.sort()).toEqual(['release applied', 'release applied', 'release replayed']);
});

test('of two releases of a saga that reserved nothing one voids and one is a replay', async () => {
  const sagaId = newId();
  const [first, second] = await Promise.all([store.release(sagaId), store.release(sagaId)]);
  expect(first).toMatchObject({ sagaId, status: 'VOIDED' });
  expect(second).toEqual(first);
  expect(counted.sort()).toEqual(['release replayed', 'release voided']);
});

test('two replicas that write the same sagas in opposite orders wait for each other, and never in a circle', async () => {
  const other = createInventoryStore(database.db);
  await connectAll(database.db, 3);
  const sagaIds = newIds(9);
  // Both come as far as the saga in the middle, or one waits for the other before that.
  const holder = await database.sql.reserve();
  await holder`BEGIN`;
  await holder`INSERT INTO reservations (saga_id, status) VALUES (${sagaIds[4] as string}, 'VOIDED')`;
  const reserves = sagaIds.map((sagaId) => reserve(sagaId));
  const releases = sagaIds.toReversed().map((sagaId) => other.release(sagaId));
  const ended = Promise.allSettled([...reserves, ...releases]);
  await untilWaiting(database.db, 2);
  await holder`ROLLBACK`;
  holder.release();
  await ended;
  expect(refusedStatements).toEqual([]);
  expect(await stockOf('cup')).toEqual(whole);
});
