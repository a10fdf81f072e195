import { newId } from 'service-kit/ids';
import { connectAll, untilWaiting } from '../../service-kit/test/lock-waits.ts';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { failed, simultaneously, succeeded } from '../../service-kit/test/simultaneously.ts';
import { createPaymentStore, type PaymentStore } from '../src/store.ts';

// What is asked for in one turn of the event loop is one statement.
let database: MigratedDatabase;
let store: PaymentStore;
const counted: string[] = [];
const refusedStatements: unknown[] = [];

beforeAll(async () => {
  database = await openMigratedDatabase('payment', (answered) => {
    answered.catch((error) => refusedStatements.push(error));
  });
  store = createPaymentStore(database.db, (operation, result) => counted.push(`${operation} ${result}`));
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql`TRUNCATE payments`;
  counted.splice(0);
  refusedStatements.splice(0);
});

const charge = (sagaId: string, amountCents = 1050) =>
  store.charge({ sagaId, orderId: 'order-1', amountCents, fail: false });
const commits = async () => (await database.sql`SELECT DISTINCT xmin::text FROM payments`).length;

const newIds = (count: number) => Array.from({ length: count }, newId);

test('fifty charges are one commit, and so are their refunds', async () => {
  const sagaIds = newIds(50);
  const charges = await Promise.all(sagaIds.map((sagaId) => charge(sagaId)));
  expect(charges.map(({ sagaId }) => sagaId)).toEqual(sagaIds);
  expect(await commits()).toBe(1);
  const refunds = await Promise.all(sagaIds.map((sagaId) => store.refund(sagaId)));
  expect(refunds).toEqual(charges.map((row) => ({ ...row, status: 'REFUNDED', updatedAt: expect.any(Date) })));
  expect(await commits()).toBe(1);
  expect(counted).toEqual([...Array(50).fill('charge applied'), ...Array(50).fill('refund applied')]);
});

test('a charge that the schema refuses fails alone', async () => {
  const sagaIds = newIds(10);
  const results = await simultaneously(10, (index) => charge(sagaIds[index] as string, index === 4 ? -1 : 1050));
  expect(failed(results)).toEqual([expect.objectContaining({ constraint_name: 'payments_amount_positive' })]);
  expect(succeeded(results).map(({ sagaId }) => sagaId)).toEqual(sagaIds.filter((_, index) => index !== 4));
  expect(counted).toEqual(Array(9).fill('charge applied'));
});

test('of two charges of one saga one is applied and one replayed, and both are answered alike', async () => {
  const [once, twice] = [newId(), newId()];
  const [, first, second] = await Promise.all([charge(once), charge(twice), charge(twice)]);
  expect(second).toEqual(first);
  expect(counted.sort()).toEqual(['charge applied', 'charge applied', 'charge replayed']);
});

test('of two charges of one saga for two amounts one is applied and one refused', async () => {
  const sagaId = newId();
  const results = await simultaneously(2, (index) => charge(sagaId, 100 + index));
  expect(succeeded(results)).toEqual([await store.find(sagaId)]);
  expect(counted.sort()).toEqual(['charge applied', 'charge refused']);
});

test('of two refunds of one saga one is applied and one replayed, and both are answered alike', async () => {
  const [once, twice] = [newId(), newId()];
  await Promise.all([charge(once), charge(twice)]);
  counted.splice(0);
  const [, first, second] = await Promise.all([store.refund(once), store.refund(twice), store.refund(twice)]);
  expect(first).toMatchObject({ sagaId: twice, status: 'REFUNDED' });
  expect(second).toEqual(first);
  expect(counted.sort()).toEqual(['refund applied', 'refund applied', 'refund replayed']);
});

test('of two refunds of a saga that was not charged one voids and one is a replay', async () => {
  const sagaId = newId();
  const [first, second] = await Promise.all([store.refund(sagaId), store.refund(sagaId)]);
  expect(first).toMatchObject({ sagaId, status: 'VOIDED' });
  expect(second).toEqual(first);
  expect(counted.sort()).toEqual(['refund replayed', 'refund voided']);
});

test('two replicas that write the same sagas in opposite orders wait for each other, and never in a circle', async () => {
  const other = createPaymentStore(database.db);
  await connectAll(database.db, 3);
  const sagaIds = newIds(9);
  // Both come as far as the saga in the middle, or one waits for the other before that.
  const holder = await database.sql.reserve();
  await holder`BEGIN`;
  await holder`INSERT INTO payments (saga_id, status) VALUES (${sagaIds[4] as string}, 'VOIDED')`;
  const charges = sagaIds.map((sagaId) => charge(sagaId));
  const refunds = sagaIds.toReversed().map((sagaId) => other.refund(sagaId));
  const ended = Promise.allSettled([...charges, ...refunds]);
  await untilWaiting(database.db, 2);
  await holder`ROLLBACK`;
  holder.release();
  await ended;
  expect(refusedStatements).toEqual([]);
  expect(await database.sql`SELECT FROM payments WHERE status = 'CHARGED'`).toEqual([]);
});
