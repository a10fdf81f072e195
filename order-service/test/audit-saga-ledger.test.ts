import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { createSagaLedger } from '../src/audit/saga-ledger.ts';

let database: MigratedDatabase;
const sagaIds = Array.from({ length: 7 }, newId);
beforeAll(async () => {
  database = await openMigratedDatabase('order');
  for (const id of sagaIds.toReversed()) await insert(id, 'COMPLETED', '1 minute');
});
afterAll(() => database.close());

async function insert(id: string, status: string, age: string): Promise<void> {
  await database.sql`INSERT INTO sagas (id, status, input, lease_until, updated_at)
    VALUES (${id}, ${status}, '{}', now(), now() - ${age}::interval)`;
  await database.sql`INSERT INTO orders (id, saga_id, item_name, quantity, amount_cents)
    VALUES (${newId()}, ${id}, 'apple', 1, 100)`;
}

test.each([1, 2, 3, 6, 7, 8])('gives every saga with its order, by ascending id, in pages of %d', async (pageSize) => {
  const ledger = createSagaLedger(database.db, pageSize);
  const pages = [];
  for await (const page of ledger.pages(await ledger.readClock())) pages.push(page);
  expect(pages).toHaveLength(Math.ceil(sagaIds.length / pageSize));
  expect(pages.flat().map(({ sagaId }) => sagaId)).toEqual(sagaIds);
  for (const { order } of pages.flat()) {
    expect(order).toMatchObject({ status: 'PENDING', itemName: 'apple', quantity: 1, amountCents: 100 });
  }
});

test('a saga has ended if it was over at the time that is asked for', async () => {
  const ledger = createSagaLedger(database.db);
  const startedAt = await ledger.readClock();
  expect(await ledger.countMoving(startedAt)).toBe(0);
  expect(await ledger.find(newId(), startedAt)).toBeUndefined();
  for (const [status, age, ended] of [
    ['COMPLETED', '1 second', true],
    ['STARTED', '1 second', false],
    ['COMPLETED', '-1 minute', false],
  ] as const) {
    const id = newId();
    await insert(id, status, age);
    expect(await ledger.find(id, startedAt)).toMatchObject({ sagaId: id, status, ended });
  }
  expect(await ledger.countMoving(startedAt)).toBe(2);
});
