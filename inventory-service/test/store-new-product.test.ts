import { sql } from 'drizzle-orm';
import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { createInventoryStore, type InventoryStore } from '../src/store.ts';

// A product that is made while a call on it is waiting: what the call saw when it began does not hold it yet.
let database: MigratedDatabase;
let store: InventoryStore;
beforeAll(async () => {
  database = await openMigratedDatabase('inventory');
  store = createInventoryStore(database.db);
});
afterAll(() => database.close());
beforeEach(() => database.sql`TRUNCATE products CASCADE`);

const hat = async () => (await store.listProducts()).find(({ id }) => id === 'hat');
const unitsReserved = async () => {
  const [sum] = await database.sql`
    SELECT coalesce(sum(quantity), 0)::int AS units FROM reservations WHERE status = 'RESERVED'`;
  return sum?.['units'];
};

/** Holds the saga's barrier in an open transaction, and does something else once the call waits for it, or has ended. */
async function holdBarrier(sagaId: string, whileWaiting: () => Promise<unknown>, call: () => Promise<unknown>) {
  const holder = await database.sql.reserve();
  await holder`BEGIN`;
  await holder`INSERT INTO reservations (saga_id, status) VALUES (${sagaId}, 'VOIDED')`;
  let ended = false;
  const called = call().finally(() => {
    ended = true;
  });
  while (!ended) {
    // Not in the holder's transaction, in which the view would stay as it was at first.
    const [waiting] = await database.db.execute(
      sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (waiting) break;
  }
  await whileWaiting();
  return { called, holder };
}

test('a reserve that waited while its product was made takes its stock or is refused', async () => {
  const sagaId = newId();
  const { called, holder } = await holdBarrier(
    sagaId,
    () => store.stockProduct('hat', 10),
    () => store.reserve({ sagaId, productId: 'hat', quantity: 4, fail: false }).catch((error) => error),
  );
  await holder`ROLLBACK`;
  await called;
  holder.release();
  expect((await hat())?.reserved).toBe(await unitsReserved());
});

test('a release that waited while its product was made and reserved gives the stock back', async () => {
  const sagaId = newId();
  const { called, holder } = await holdBarrier(
    sagaId,
    () => store.stockProduct('hat', 10),
    () => store.release(sagaId),
  );
  // What a reserve that came before the release does, by hand, so that it comes in between for sure.
  await holder`UPDATE reservations SET status = 'RESERVED', product_id = 'hat', quantity = 4, reservation_id = ${newId()}
    WHERE saga_id = ${sagaId}`;
  await holder`UPDATE products SET available = 6, reserved = 4 WHERE id = 'hat'`;
  await holder`COMMIT`;
  holder.release();
  expect(await called).toMatchObject({ status: 'RELEASED' });
  expect(await hat()).toEqual({ id: 'hat', available: 10, reserved: 0, stocked: 10 });
});
