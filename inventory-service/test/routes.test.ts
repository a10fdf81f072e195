import { newId } from 'service-kit/ids';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { startInventoryService } from './inventory-service.ts';

let service: HttpService;
beforeAll(async () => {
  service = await startInventoryService();
});
afterAll(() => service.close());

const isoInUtc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const reserve = (body: object) => service.http.post('/inventory/reserve').send(body);
const release = (body: object) => service.http.post('/inventory/release').send(body);
const find = (sagaId: string) => service.http.get(`/inventory/${sagaId}`);
const stock = (id: string, available: number) => service.http.put(`/inventory/products/${id}`).send({ available });

interface Product {
  id: string;
  available: number;
  stocked: number;
}

async function findProduct(id: string): Promise<Product | undefined> {
  const { body } = await service.http.get('/inventory/products').expect(200);
  return body.items.find((product: Product) => product.id === id);
}

describe('reservations', () => {
  test('a reserve answers with the reservation, and so does its repetition', async () => {
    const sagaId = newId();
    const { body: reservation } = await reserve({ sagaId, productId: 'apple', quantity: 2 }).expect(200);
    expect(reservation).toEqual({
      sagaId,
      productId: 'apple',
      quantity: 2,
      status: 'RESERVED',
      reservationId: expect.any(String),
      createdAt: isoInUtc,
      updatedAt: isoInUtc,
    });
    expect((await reserve({ sagaId, productId: 'apple', quantity: 2 }).expect(200)).body).toEqual(reservation);
    expect((await find(sagaId).expect(200)).body).toEqual(reservation);
  });

  test('a release answers with the reservation released', async () => {
    const sagaId = newId();
    const { body: reserved } = await reserve({ sagaId, productId: 'apple', quantity: 2 });
    const { body: released } = await release({ sagaId }).expect(200);
    expect(released).toEqual({ ...reserved, status: 'RELEASED', updatedAt: isoInUtc });
    expect((await find(sagaId)).body).toEqual(released);
  });

  test('a release of nothing answers with nulls, and the reserve that comes late with a 409', async () => {
    const sagaId = newId();
    const { body } = await release({ sagaId }).expect(200);
    const unknown = { productId: null, quantity: null, reservationId: null };
    expect(body).toEqual({ sagaId, ...unknown, status: 'VOIDED', createdAt: isoInUtc, updatedAt: isoInUtc });
    expectProblem(await reserve({ sagaId, productId: 'apple', quantity: 2 }), 409, 'reserve-after-release');
    expect((await find(sagaId)).body).toEqual(body);
  });

  test('qty is taken for quantity', async () => {
    const { body } = await reserve({ sagaId: newId(), productId: 'apple', qty: 4 }).expect(200);
    expect(body.quantity).toBe(4);
  });

  test('the product is found whatever its case and the blanks around it', async () => {
    const sagaId = newId();
    const { body } = await reserve({ sagaId, productId: ' Apple ', quantity: 1 }).expect(200);
    expect(body.productId).toBe('apple');
    expect((await reserve({ sagaId, productId: 'APPLE', quantity: 1 })).body).toEqual(body);
  });

  test.each([{ quantity: 3 }, { productId: 'pear' }])('a reserve with other %j is a 409', async (other) => {
    const body = { sagaId: newId(), productId: 'apple', quantity: 2 };
    await reserve(body).expect(200);
    expectProblem(await reserve({ ...body, ...other }), 409, 'reserve-conflict');
  });

  test.each([
    ['of which there is none', 'unicorn', 1, 409, 'out-of-stock'],
    ['that is unknown', 'basilisk', 1, 404, 'product-not-found'],
  ])('a product %s is refused and nothing is stored', async (_what, productId, quantity, status, problem) => {
    const sagaId = newId();
    expectProblem(await reserve({ sagaId, productId, quantity }), status, problem);
    expectProblem(await find(sagaId), 404, 'reservation-not-found');
  });

  test('fail makes a reserve fail and stores nothing', async () => {
    const sagaId = newId();
    const before = await findProduct('apple');
    const response = await reserve({ sagaId, productId: 'apple', quantity: 1, fail: true });
    expect(Object.keys(expectProblem(response, 500, 'reserve-failed'))).toEqual(['type', 'title', 'status']);
    expectProblem(await find(sagaId), 404, 'reservation-not-found');
    expect(await findProduct('apple')).toEqual(before);
  });

  test('a saga that is not known is a 404, and an id that is no UUID a 400', async () => {
    expectProblem(await find(newId()), 404, 'reservation-not-found');
    const { errors } = expectProblem(await find('42'), 400, 'validation-failed');
    expect(errors).toEqual([{ field: 'sagaId', message: 'must be a UUID' }]);
  });
});

describe('products', () => {
  test('all products are on one page, by id', async () => {
    const { body } = await service.http.get('/inventory/products').expect(200);
    expect(Object.keys(body)).toEqual(['items', 'nextCursor']);
    expect(body.nextCursor).toBeNull();
    const ids: string[] = body.items.map((product: Product) => product.id);
    expect(ids).toEqual(expect.arrayContaining(['apple', 'bomb', 'unicorn']));
    expect(ids).toEqual([...ids].sort());
    expect(body.items).toContainEqual({ id: 'unicorn', available: 0, stocked: 0 });
  });

  test('a PUT sets what is available, and stocked becomes that and what is reserved', async () => {
    expect((await stock('hat', 10).expect(200)).body).toEqual({ id: 'hat', available: 10, stocked: 10 });
    const sagaId = newId();
    await reserve({ sagaId, productId: 'hat', quantity: 4 }).expect(200);
    expect(await findProduct('hat')).toEqual({ id: 'hat', available: 6, stocked: 10 });
    expect((await stock('hat', 1).expect(200)).body).toEqual({ id: 'hat', available: 1, stocked: 5 });
    expectProblem(await reserve({ sagaId: newId(), productId: 'hat', quantity: 2 }), 409, 'out-of-stock');
    await release({ sagaId }).expect(200);
    expect(await findProduct('hat')).toEqual({ id: 'hat', available: 5, stocked: 5 });
  });

  test('a PUT finds the product whatever its case', async () => {
    await stock('Scarf', 1).expect(200);
    expect((await stock('sCARF', 2).expect(200)).body).toEqual({ id: 'scarf', available: 2, stocked: 2 });
    expect(await findProduct('Scarf')).toBeUndefined();
  });

  test.each([0, 1_000_000_000])('%d can be stocked', async (available) => {
    expect((await stock('sock', available).expect(200)).body).toEqual({ id: 'sock', available, stocked: available });
  });

  test('a product is the same in any Unicode form', async () => {
    const [composed, decomposed] = ['Caf\u00c9', 'Cafe\u0301'];
    const { body } = await service.http
      .put(`/inventory/products/${encodeURIComponent(decomposed)}`)
      .send({ available: 5 })
      .expect(200);
    expect(body).toEqual({ id: 'caf\u00e9', available: 5, stocked: 5 });
    const sagaId = newId();
    for (const productId of [composed, decomposed]) {
      const response = await service.http
        .post('/inventory/reserve')
        .send({ sagaId, productId, quantity: 1 })
        .expect(200);
      expect(response.body).toMatchObject({ productId: 'caf\u00e9', status: 'RESERVED' });
    }
  });

  test('a product with a slash, a blank or an accent in its name can be stocked and reserved', async () => {
    await stock(encodeURIComponent('thé / café'), 3).expect(200);
    const { body } = await reserve({ sagaId: newId(), productId: 'Thé / Café', quantity: 3 }).expect(200);
    expect(body.productId).toBe('thé / café');
  });
});

test('it is alive and ready', async () => {
  expect((await service.http.get('/healthz')).status).toBe(200);
  expect((await service.http.get('/readyz')).status).toBe(200);
});
