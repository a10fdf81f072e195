import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase('payment');
});
afterAll(() => database.close());

const receiptId = newId();
const charged = () => ({
  saga_id: newId(),
  status: 'CHARGED',
  order_id: 'order-1',
  amount_cents: 1050 as number | null,
  receipt_id: newId() as string | null,
});
const voided = () => ({ saga_id: newId(), status: 'VOIDED' });
const insert = (row: Record<string, unknown>) => database.sql`INSERT INTO payments ${database.sql(row)}`;

test.each([
  ['a charged payment', charged()],
  ['a refunded payment', { ...charged(), status: 'REFUNDED' }],
  ['a voided payment', voided()],
])('the schema takes %s', async (_what, row) => {
  expect((await insert(row)).count).toBe(1);
});

test.each([
  ['an amount of zero', { ...charged(), amount_cents: 0 }, 'payments_amount_positive'],
  ['a negative amount', { ...charged(), amount_cents: -1 }, 'payments_amount_positive'],
  ['a charge without an amount', { ...charged(), amount_cents: null }, 'payments_voided_knows_nothing'],
  ['a charge without a receipt', { ...charged(), receipt_id: null }, 'payments_voided_knows_nothing'],
  ['a refund without an amount', { ...voided(), status: 'REFUNDED' }, 'payments_voided_knows_nothing'],
  ['an amount on VOIDED', { ...voided(), amount_cents: 1 }, 'payments_voided_knows_nothing'],
  ['an order on VOIDED', { ...voided(), order_id: 'order-1' }, 'payments_voided_knows_nothing'],
])('the schema refuses %s', async (_what, row, constraint) => {
  await expect(insert(row)).rejects.toMatchObject({ constraint_name: constraint });
});

test('the schema refuses a second row for a saga', async () => {
  const row = charged();
  await insert(row);
  await expect(insert({ ...charged(), saga_id: row.saga_id })).rejects.toMatchObject({
    constraint_name: 'payments_pkey',
  });
});

test('the schema refuses a receipt twice', async () => {
  await insert({ ...charged(), receipt_id: receiptId });
  await expect(insert({ ...charged(), receipt_id: receiptId })).rejects.toMatchObject({
    constraint_name: 'payments_receipt_id_unique',
  });
});

test('the schema refuses a status of its own making', async () => {
  await expect(insert({ ...charged(), status: 'LOST' })).rejects.toThrow('invalid input value for enum');
});
