import { newId } from 'service-kit/ids';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { startPaymentService } from './payment-service.ts';

let service: HttpService;
beforeAll(async () => {
  service = await startPaymentService();
});
afterAll(() => service.close());

const isoInUtc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const charge = (body: object) => service.http.post('/payments/charge').send(body);
const refund = (body: object) => service.http.post('/payments/refund').send(body);
const find = (sagaId: string) => service.http.get(`/payments/${sagaId}`);

test('a charge answers with the payment, and so does its repetition', async () => {
  const sagaId = newId();
  const { body: payment } = await charge({ sagaId, orderId: 'order-1', amount: 10.5 }).expect(200);
  expect(payment).toEqual({
    sagaId,
    orderId: 'order-1',
    amount: 10.5,
    status: 'CHARGED',
    receiptId: expect.any(String),
    createdAt: isoInUtc,
    updatedAt: isoInUtc,
  });
  expect((await charge({ sagaId, orderId: 'order-1', amount: 10.5 }).expect(200)).body).toEqual(payment);
  expect((await find(sagaId).expect(200)).body).toEqual(payment);
});

test('a refund answers with the payment refunded', async () => {
  const sagaId = newId();
  const { body: charged } = await charge({ sagaId, orderId: 'order-1', amount: 3 });
  const { body: refunded } = await refund({ sagaId, reason: 'cancelled' }).expect(200);
  expect(refunded).toEqual({ ...charged, status: 'REFUNDED', updatedAt: isoInUtc });
  expect(Date.parse(refunded.updatedAt)).toBeGreaterThanOrEqual(Date.parse(charged.updatedAt));
  expect((await find(sagaId)).body).toEqual(refunded);
});

test('a refund of nothing answers with nulls, and the charge that comes late with a 409', async () => {
  const sagaId = newId();
  const { body } = await refund({ sagaId, reason: 'cancelled' }).expect(200);
  const unknown = { orderId: null, amount: null, receiptId: null };
  expect(body).toEqual({ sagaId, ...unknown, status: 'VOIDED', createdAt: isoInUtc, updatedAt: isoInUtc });
  expectProblem(await charge({ sagaId, orderId: 'order-1', amount: 3 }), 409, 'charge-after-refund');
  expect((await find(sagaId)).body).toEqual(body);
});

test.each([{ amount: 4 }, { orderId: 'order-2' }])('a charge with other %j is a 409', async (other) => {
  const body = { sagaId: newId(), orderId: 'order-1', amount: 3 };
  await charge(body).expect(200);
  expectProblem(await charge({ ...body, ...other }), 409, 'charge-conflict');
});

test.each([{ amount: 9999 }, { amount: 9999.0, fail: false }, { amount: 5, fail: true }])(
  'a charge with %j fails and stores nothing',
  async (body) => {
    const sagaId = newId();
    const problem = expectProblem(await charge({ sagaId, orderId: 'order-1', ...body }), 500, 'charge-failed');
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status']);
    expectProblem(await find(sagaId), 404, 'payment-not-found');
  },
);

test.each([9998.99, 9999.01, 0.01, 9_999_999.99])('an amount of %d is charged as it is', async (amount) => {
  const sagaId = newId();
  await charge({ sagaId, orderId: 'order-1', amount }).expect(200);
  expect((await find(sagaId)).body.amount).toBe(amount);
});

test.each(['x', '42', ' order 1 ', 'é'.repeat(100)])('the order id %j is taken as it is', async (orderId) => {
  const { body } = await charge({ sagaId: newId(), orderId, amount: 1 }).expect(200);
  expect(body.orderId).toBe(orderId);
});

test('a saga id in capitals is the same saga', async () => {
  const sagaId = newId();
  await charge({ sagaId: sagaId.toUpperCase(), orderId: 'order-1', amount: 1 }).expect(200);
  expect((await find(sagaId)).body.sagaId).toBe(sagaId);
  expect((await find(sagaId.toUpperCase())).status).toBe(200);
});

test('a saga id of any version is taken', async () => {
  const sagaId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
  expect((await charge({ sagaId, orderId: 'order-1', amount: 1 })).status).toBe(200);
});

test('fields that are not known are ignored', async () => {
  await charge({ sagaId: newId(), orderId: 'order-1', amount: 1, currency: 'EUR' }).expect(200);
});

test('a saga that is not known is a 404, and an id that is no UUID a 400', async () => {
  expectProblem(await find(newId()), 404, 'payment-not-found');
  const { errors } = expectProblem(await find('42'), 400, 'validation-failed');
  expect(errors).toEqual([{ field: 'sagaId', message: 'must be a UUID' }]);
});

test('it is alive and ready', async () => {
  expect((await service.http.get('/healthz')).status).toBe(200);
  expect((await service.http.get('/readyz')).status).toBe(200);
});
