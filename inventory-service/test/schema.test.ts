import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase('inventory');
});
afterAll(() => database.close());

const insert = (table: string, row: Record<string, unknown>) =>
  database.sql`INSERT INTO ${database.sql(table)} ${database.sql(row)}`;

test('the seed has a dozen products in plenty, and one with none', async () => {
  const products = await database.sql`SELECT id, available::int, reserved::int FROM products`;
  const stock = Object.fromEntries(products.map(({ id, available }) => [id, available]));
  expect(stock).toMatchObject({ apple: 1_000_000, bomb: 1_000_000, unicorn: 0 });
  expect(products.filter(({ available }) => available === 1_000_000).length).toBeGreaterThanOrEqual(14);
  expect(products.filter(({ reserved }) => reserved !== 0)).toEqual([]);
  for (const { id } of products) expect(id).toBe(id.toLowerCase());
});

describe('products', () => {
  test.each([
    ['less than nothing available', { available: -1, reserved: 1, stocked: 0 }, 'products_never_oversold'],
    ['less than nothing reserved', { available: 1, reserved: -1, stocked: 0 }, 'products_never_oversold'],
    ['more stocked than there is', { available: 1, reserved: 1, stocked: 3 }, 'products_stock_conserved'],
    ['less stocked than there is', { available: 1, reserved: 1, stocked: 1 }, 'products_stock_conserved'],
  ])('the schema refuses %s', async (_what, stock, constraint) => {
    await expect(insert('products', { id: 'hat', ...stock })).rejects.toMatchObject({ constraint_name: constraint });
  });

  test.each([
    ['taking more than is available', 'available = available - 1000001, reserved = reserved + 1000001'],
    ['taking units without reserving them', 'available = available - 1'],
    ['giving back what was not reserved', 'available = available + 1, reserved = reserved - 1'],
  ])('the schema refuses %s', async (_what, change) => {
    const update = database.sql.unsafe(`UPDATE products SET ${change} WHERE id = 'apple'`);
    await expect(update).rejects.toMatchObject({ code: '23514' });
  });

  test('the schema refuses a product twice', async () => {
    const apple = insert('products', { id: 'apple', available: 1, stocked: 1 });
    await expect(apple).rejects.toMatchObject({ constraint_name: 'products_pkey' });
  });
});

describe('reservations', () => {
  const reserved = () => ({
    saga_id: newId(),
    status: 'RESERVED',
    product_id: 'apple',
    quantity: 1 as number | null,
    reservation_id: newId() as string | null,
  });
  const voided = () => ({ saga_id: newId(), status: 'VOIDED' });

  test.each([
    ['a reservation', reserved()],
    ['a released reservation', { ...reserved(), status: 'RELEASED' }],
    ['a voided reservation', voided()],
  ])('the schema takes %s', async (_what, row) => {
    expect((await insert('reservations', row)).count).toBe(1);
  });

  test.each([
    ['a quantity of zero', { ...reserved(), quantity: 0 }, 'reservations_quantity_positive'],
    ['a negative quantity', { ...reserved(), quantity: -1 }, 'reservations_quantity_positive'],
    ['a reservation of nothing', { ...reserved(), quantity: null }, 'reservations_voided_knows_nothing'],
    ['a reservation without an id', { ...reserved(), reservation_id: null }, 'reservations_voided_knows_nothing'],
    ['a release of nothing', { ...voided(), status: 'RELEASED' }, 'reservations_voided_knows_nothing'],
    ['a quantity on VOIDED', { ...voided(), quantity: 1 }, 'reservations_voided_knows_nothing'],
    ['a product on VOIDED', { ...voided(), product_id: 'apple' }, 'reservations_voided_knows_nothing'],
    ['an unknown product', { ...reserved(), product_id: 'basilisk' }, 'reservations_product_id_products_id_fk'],
  ])('the schema refuses %s', async (_what, row, constraint) => {
    await expect(insert('reservations', row)).rejects.toMatchObject({ constraint_name: constraint });
  });

  test('the schema refuses a second row for a saga', async () => {
    const row = reserved();
    await insert('reservations', row);
    const second = insert('reservations', { ...reserved(), saga_id: row.saga_id });
    await expect(second).rejects.toMatchObject({ constraint_name: 'reservations_pkey' });
  });

  test('the schema refuses to delete a product that was reserved', async () => {
    await insert('reservations', reserved());
    await expect(database.sql`DELETE FROM products WHERE id = 'apple'`).rejects.toMatchObject({
      constraint_name: 'reservations_product_id_products_id_fk',
    });
  });
});
