import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());
beforeEach(() => {
  for (const forwarder of [system.toPayment, system.toInventory]) {
    forwarder.intercept = () => false;
    forwarder.seen.splice(0);
  }
});

const uuidv7 = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}$/);
const isoInUtc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const apple = { itemName: 'Apple', quantity: 2, price: 1.5 };
const post = (body: object, path = '/orders') => system.order.http.post(path).send(body);
const get = async (path: string) => (await system.order.http.get(path).expect(200)).body;
const paymentOf = (sagaId: string) => system.payment.http.get(`/payments/${sagaId}`);
const reservationOf = (sagaId: string) => system.inventory.http.get(`/inventory/${sagaId}`);

describe('POST /orders', () => {
  test('answers 201 with the completed order and where it is', async () => {
    const response = await post(apple).expect(201);
    expect(response.body).toEqual({
      id: uuidv7,
      itemName: 'Apple',
      quantity: 2,
      price: 1.5,
      amount: 3,
      status: 'COMPLETED',
      sagaId: uuidv7,
      sagaStatus: 'COMPLETED',
      failure: null,
      createdAt: isoInUtc,
      updatedAt: isoInUtc,
    });
    expect(response.headers['location']).toBe(`/orders/${response.body.id}`);
    expect(await get(response.headers['location'] as string)).toEqual(response.body);
    const { id, sagaId } = response.body;
    expect((await paymentOf(sagaId)).body).toMatchObject({ status: 'CHARGED', orderId: id, amount: 3 });
    expect((await reservationOf(sagaId)).body).toMatchObject({ status: 'RESERVED', productId: 'apple', quantity: 2 });
  });

  test('takes the older dialect, with item_name and a slash at the end', async () => {
    const { body } = await post({ item_name: 'Apple', quantity: 1, price: 100 }, '/orders/').expect(201);
    expect(body).toMatchObject({ itemName: 'Apple', amount: 100, status: 'COMPLETED' });
  });

  test('trims the name of the item', async () => {
    expect((await post({ ...apple, itemName: '  apple ' }).expect(201)).body.itemName).toBe('apple');
  });

  test.each([
    ['price 9999', { item_name: 'Bomb', quantity: 1, price: 9999 }],
    ['failPayment', { ...apple, failPayment: true }],
  ])('with %s cancels the order, charges nothing and never asks inventory', async (_what, order) => {
    const { body } = await post(order).expect(201);
    const failure = { step: 'payment', outcome: 'unknown', reason: expect.stringContaining('500') };
    expect(body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED', failure });
    expect(Object.keys(body.failure)).toEqual(['step', 'outcome', 'reason']);
    expect((await paymentOf(body.sagaId)).body.status).toBe('VOIDED');
    expect(system.toPayment.seen.map(({ path }) => path)).toEqual(['/payments/charge', '/payments/refund']);
    expect(system.toInventory.seen).toEqual([]);
  });

  test.each([
    ['a product that is unknown', { ...apple, itemName: 'Basilisk' }, 'product-not-found'],
    ['a product that is out of stock', { ...apple, itemName: 'Unicorn' }, 'out-of-stock'],
  ])('with %s cancels the order, refunds it and bars the reservation', async (_what, order, reason) => {
    const { body } = await post(order).expect(201);
    const failure = { step: 'inventory', outcome: 'rejected', reason: expect.stringContaining(reason) };
    expect(body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED', failure });
    expect((await paymentOf(body.sagaId)).body.status).toBe('REFUNDED');
    expect((await reservationOf(body.sagaId)).body.status).toBe('VOIDED');
    expect(system.toInventory.seen.map(({ path }) => path)).toEqual(['/inventory/reserve', '/inventory/release']);
  });

  test('with failInventory cancels the order, refunds it and releases what may be reserved', async () => {
    const { body } = await post({ ...apple, failInventory: true }).expect(201);
    expect(body).toMatchObject({ status: 'CANCELLED', failure: { step: 'inventory', outcome: 'unknown' } });
    expect((await paymentOf(body.sagaId)).body.status).toBe('REFUNDED');
    expect((await reservationOf(body.sagaId)).body.status).toBe('VOIDED');
  });

  test.each([
    [0.1, 3, 0.3],
    [0.07, 100, 7],
    [1.1, 3, 3.3],
    [19.99, 3, 59.97],
    [4.35, 100, 435],
    [0.01, 1, 0.01],
    [0.29, 99_999, 28_999.71],
    [9_999_999.99, 1, 9_999_999.99],
    [99.98, 100_000, 9_998_000],
  ])('charges exactly: %d × %d = %d', async (price, quantity, amount) => {
    const { body } = await post({ itemName: 'pear', quantity, price }).expect(201);
    expect(body).toMatchObject({ price, quantity, amount });
    expect((await paymentOf(body.sagaId)).body.amount).toBe(amount);
  });

  test('sends its request id on to both participants', async () => {
    await post(apple).set('x-request-id', 'order-of-mine').expect(201).expect('x-request-id', 'order-of-mine');
    const sent = { requestId: 'order-of-mine' };
    expect(system.toPayment.seen).toMatchObject([{ path: '/payments/charge', ...sent }]);
    expect(system.toInventory.seen).toMatchObject([{ path: '/inventory/reserve', ...sent }]);
  });
});

describe('POST /orders/place', () => {
  const place = (body: object) => post({ productId: 'apple', qty: 2, amount: 1200, ...body }, '/orders/place');

  test.each([
    ['nothing that fails', { failPayment: false, failInventory: false }, 'COMPLETED', 'CHARGED'],
    ['failInventory', { failInventory: true }, 'COMPENSATED', 'REFUNDED'],
    ['failPayment', { failPayment: true }, 'COMPENSATED', 'VOIDED'],
  ])('with %s answers 200 and how it ended', async (_what, flags, result, payment) => {
    const { body } = await place(flags).expect(200);
    expect(body).toEqual({ orderId: uuidv7, sagaId: uuidv7, result });
    expect((await get(`/sagas/${body.sagaId}`)).status).toBe(result);
    expect((await paymentOf(body.sagaId)).body.status).toBe(payment);
    const status = result === 'COMPLETED' ? 'COMPLETED' : 'CANCELLED';
    expect(await get(`/orders/${body.orderId}`)).toMatchObject({
      itemName: 'apple',
      quantity: 2,
      amount: 1200,
      status,
    });
  });

  test.each([
    [1200, 600],
    [0.05, null],
  ])('with an amount of %d for two has the price %p', async (amount, price) => {
    const { body } = await place({ amount }).expect(200);
    expect(await get(`/orders/${body.orderId}`)).toMatchObject({ price, amount });
  });
});

describe('GET /sagas/{id}', () => {
  test('shows the steps and the log of a saga that completed', async () => {
    const { body: order } = await post(apple);
    const saga = await get(`/sagas/${order.sagaId}`);
    expect(saga).toMatchObject({ id: order.sagaId, orderId: order.id, status: 'COMPLETED', failure: null });
    expect(saga).toMatchObject({ compensationFailures: [], createdAt: isoInUtc, updatedAt: isoInUtc });
    expect(saga.steps).toMatchObject([
      { name: 'payment', status: 'SUCCEEDED', attempts: 1 },
      { name: 'inventory', status: 'SUCCEEDED', attempts: 1 },
    ]);
    const types = ['begun', 'action-called', 'action-answered', 'action-called', 'action-answered', 'ended'];
    expect(saga.log.map(({ type }: { type: string }) => type)).toEqual(types);
    expect(saga.log[2]).toMatchObject({ seq: 3, at: isoInUtc, step: 'payment', attempt: 1, outcome: 'succeeded' });
    expect(saga.log[2].durationMs).toEqual(expect.any(Number));
  });

  test('lists each compensation that failed, also once it succeeded', async () => {
    let failures = 2;
    system.toPayment.intercept = (request, response) => {
      if (request.url !== '/payments/refund' || failures === 0) return false;
      failures -= 1;
      response.writeHead(500).end();
      return true;
    };
    const { body: order } = await post({ ...apple, itemName: 'Unicorn' }).expect(201);
    expect(order.sagaStatus).toBe('COMPENSATED');
    const saga = await get(`/sagas/${order.sagaId}`);
    const failed = { step: 'payment', at: isoInUtc, outcome: 'unknown', reason: 'HTTP 500' };
    expect(saga.compensationFailures).toEqual([
      { ...failed, attempt: 1 },
      { ...failed, attempt: 2 },
    ]);
    expect(saga.steps).toMatchObject([{ status: 'COMPENSATED' }, { status: 'COMPENSATED' }]);
    expect((await paymentOf(order.sagaId)).body.status).toBe('REFUNDED');
  });
});

test.each(['orders', 'sagas'])('GET /%s of what is not there is a 404, and of no UUID a 400', async (name) => {
  const missing = await system.order.http.get(`/${name}/f47ac10b-58cc-4372-a567-0e02b2c3d479`);
  expectProblem(missing, 404, name === 'orders' ? 'order-not-found' : 'saga-not-found');
  const { errors } = expectProblem(await system.order.http.get(`/${name}/42`), 400, 'validation-failed');
  expect(errors).toEqual([{ field: 'id', message: 'must be a UUID' }]);
});
