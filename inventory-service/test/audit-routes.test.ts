import { newId } from 'service-kit/ids';
import { readAllPages } from '../../service-kit/test/all-pages.ts';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectInvalid } from '../../service-kit/test/refused-requests.ts';
import { startInventoryService } from './inventory-service.ts';

let service: HttpService;
beforeAll(async () => {
  service = await startInventoryService();
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.sql`TRUNCATE products, reservations`;
  for (const id of ['cup', 'pen']) await stock(id, 100);
});

const stock = (id: string, available: number) =>
  service.http.put(`/inventory/products/${id}`).send({ available }).expect(200);
const reserve = (sagaId: string, productId: string, quantity: number) =>
  service.http.post('/inventory/reserve').send({ sagaId, productId, quantity });
const release = (sagaId: string) => service.http.post('/inventory/release').send({ sagaId });
const totals = async () => (await service.http.get('/inventory/totals').expect(200)).body;
interface ProductTotals {
  id: string;
  available: number;
  stocked: number;
  reserved: number;
}
const productTotals = async (limit = 1000) =>
  (await readAllPages<ProductTotals>(service.http, '/inventory/totals/products', limit)).flat();
/** Rows of every status; they come in another order than that of their ids. */
const fill = (rows: number) => service.sql`
  INSERT INTO reservations (saga_id, status, product_id, quantity, reservation_id)
  SELECT gen_random_uuid(), s, CASE WHEN s <> 'VOIDED' THEN (ARRAY['cup', 'pen'])[n % 2 + 1] END,
    CASE WHEN s <> 'VOIDED' THEN n END, CASE WHEN s <> 'VOIDED' THEN gen_random_uuid() END
  FROM generate_series(1, ${rows}) n, LATERAL (SELECT (enum_range(NULL::reservation_status))[n % 3 + 1] AS s) status`;

describe('GET /inventory', () => {
  test('without reservations is one empty page', async () => {
    expect((await service.http.get('/inventory')).body).toEqual({ items: [], nextCursor: null });
  });

  test('shows each reservation as it is shown alone', async () => {
    const ids = [newId(), newId(), newId()] as const;
    await reserve(ids[0], 'cup', 1).expect(200);
    await reserve(ids[1], 'pen', 2).expect(200);
    await release(ids[1]).expect(200);
    await release(ids[2]).expect(200);
    const { items } = (await service.http.get('/inventory').expect(200)).body;
    const alone = await Promise.all(ids.map(async (id) => (await service.http.get(`/inventory/${id}`)).body));
    expect(items).toEqual(alone);
  });

  test.each([
    [7, 1],
    [1000, 1000],
    [2345, 1000],
    [45, 20],
  ])('%d reservations come to an end in pages of %d, each once', async (rows, limit) => {
    await fill(rows);
    const pages = await readAllPages<{ sagaId: string }>(service.http, '/inventory', limit);
    expect(pages).toHaveLength(Math.ceil(rows / limit));
    const ids = pages.flat().map(({ sagaId }) => sagaId);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(rows);
  });

  test.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'all'],
    ['cursor', 'next'],
  ])('refuses %s=%s', async (name, value) => {
    await expectInvalid(service.http.get('/inventory').query({ [name]: value }), name);
  });
});

describe('GET /inventory/totals', () => {
  const whole = { available: 100, stocked: 100, reserved: 0 };

  test('without reservations counts nothing and shows the products', async () => {
    const counts = { RESERVED: 0, RELEASED: 0, VOIDED: 0 };
    expect(await totals()).toEqual({ counts, reserved: 0, productCount: 2, available: 200, stocked: 200 });
    expect(await productTotals()).toEqual([
      { id: 'cup', ...whole },
      { id: 'pen', ...whole },
    ]);
  });

  test('without products still counts', async () => {
    await service.sql`TRUNCATE products, reservations`;
    await release(newId()).expect(200);
    const counts = { RESERVED: 0, RELEASED: 0, VOIDED: 1 };
    expect(await totals()).toEqual({ counts, reserved: 0, productCount: 0, available: 0, stocked: 0 });
    expect(await productTotals()).toEqual([]);
  });

  test('add up what is reserved of each product, and nothing that was released', async () => {
    const returned = newId();
    await reserve(newId(), 'cup', 2).expect(200);
    await reserve(newId(), 'cup', 3).expect(200);
    await reserve(returned, 'pen', 4).expect(200);
    await release(returned).expect(200);
    await release(newId()).expect(200);
    const counts = { RESERVED: 2, RELEASED: 1, VOIDED: 1 };
    expect(await totals()).toEqual({ counts, reserved: 5, productCount: 2, available: 195, stocked: 200 });
    expect(await productTotals()).toEqual([
      { id: 'cup', available: 95, stocked: 100, reserved: 5 },
      { id: 'pen', ...whole },
    ]);
  });

  test('are read from the reservations, not from the products', async () => {
    await service.sql`UPDATE products SET available = 90, reserved = 10 WHERE id = 'cup'`;
    expect((await productTotals())[0]).toEqual({ id: 'cup', available: 90, stocked: 100, reserved: 0 });
    expect((await totals()).reserved).toBe(0);
  });

  test('agree with the rows', async () => {
    await fill(3000);
    const rows = (
      await readAllPages<{ status: string; productId: string; quantity: number }>(service.http, '/inventory', 1000)
    ).flat();
    const heldOf = (id: string) =>
      rows
        .filter(({ status, productId }) => status === 'RESERVED' && productId === id)
        .reduce((units, { quantity }) => units + quantity, 0);
    const counts = { RESERVED: 1000, RELEASED: 1000, VOIDED: 1000 };
    expect(await totals()).toMatchObject({ counts, reserved: heldOf('cup') + heldOf('pen') });
    expect(await productTotals()).toEqual([
      { id: 'cup', ...whole, reserved: heldOf('cup') },
      { id: 'pen', ...whole, reserved: heldOf('pen') },
    ]);
  });

  test('are of one moment: every sum is whole while reservations come and go', async () => {
    for (const id of ['cup', 'pen']) await stock(id, 1000);
    let ended = false;
    const traffic = Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const sagaId = newId();
        await reserve(sagaId, index % 2 ? 'cup' : 'pen', 1).expect(200);
        if (index % 3) await release(sagaId).expect(200);
      }),
    ).finally(() => {
      ended = true;
    });
    let reads = 0;
    for (; !ended; reads++) {
      const [sums, ofEach] = await Promise.all([totals(), productTotals()]);
      for (const { available, reserved, stocked } of [sums, ...ofEach]) expect(available + reserved).toBe(stocked);
    }
    await traffic;
    expect(reads).toBeGreaterThan(1);
  });
});

describe.each(['/inventory/totals/products', '/inventory/products'])('GET %s', (path) => {
  test.each([
    [7, 1],
    [1000, 1000],
    [2345, 1000],
  ])('%d more products come to an end in pages of %d, each once', async (rows, limit) => {
    await service.sql`
      INSERT INTO products (id, available, stocked) SELECT 'é /' || n, n, n FROM generate_series(1, ${rows}) n`;
    const pages = await readAllPages<ProductTotals>(service.http, path, limit);
    expect(pages).toHaveLength(Math.ceil((rows + 2) / limit));
    const ids = pages.flat().map(({ id }) => id);
    const stored = await service.sql`SELECT id FROM products ORDER BY id`;
    expect(ids).toEqual(stored.map(({ id }) => id));
  });

  test('without a limit a page has a thousand products', async () => {
    await service.sql`
      INSERT INTO products (id, available, stocked) SELECT 'p' || n, n, n FROM generate_series(1, 1000) n`;
    const { body } = await service.http.get(path).expect(200);
    expect(body.items).toHaveLength(1000);
    expect(body.nextCursor).toMatch(/^[0-9a-f]+$/);
  });

  test.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['cursor', 'next'],
    ['cursor', '6100'],
    ['cursor', '616'],
  ])('refuses %s=%s', async (name, value) => {
    await expectInvalid(service.http.get(path).query({ [name]: value }), name);
  });
});
