import { newId } from 'service-kit/ids';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectInvalid, expectUnreadable, unreadableBodies } from '../../service-kit/test/refused-requests.ts';
import { startPaymentService } from './payment-service.ts';

let service: HttpService;
beforeAll(async () => {
  service = await startPaymentService();
});
afterAll(() => service.close());
afterEach(async () => {
  expect(await service.sql`SELECT * FROM payments`).toEqual([]);
});

const charge = { sagaId: newId(), orderId: 'order-1', amount: 10 };
const refund = { sagaId: newId(), reason: 'cancelled' };

test.each([
  ['sagaId', undefined],
  ['sagaId', null],
  ['sagaId', 7],
  ['sagaId', ''],
  ['sagaId', 'saga-1'],
  ['sagaId', `${newId()}0`],
  ['orderId', undefined],
  ['orderId', null],
  ['orderId', 7],
  ['orderId', ''],
  ['orderId', 'o'.repeat(101)],
  ['orderId', 'a\u0000b'],
  ['orderId', 'a\nb'],
  ['orderId', 'a\ud800b'],
  ['orderId', 'a\u2028b'],
  ['orderId', 'a\u202eb'],
  ['amount', undefined],
  ['amount', null],
  ['amount', '10'],
  ['amount', [10]],
  ['amount', 0],
  ['amount', -1],
  ['amount', 0.001],
  ['amount', 10.005],
  ['amount', 0.1 + 0.2],
  ['amount', 10_000_000],
  ['amount', 1e21],
  ['fail', 'yes'],
  ['fail', 1],
  ['fail', null],
])('a charge with %s %j is refused by the name of the field', async (field, value) => {
  await expectInvalid(service.http.post('/payments/charge').send({ ...charge, [field]: value }), field);
});

test.each([
  ['sagaId', undefined],
  ['sagaId', 'saga-1'],
  ['reason', undefined],
  ['reason', null],
  ['reason', ''],
  ['reason', '  '],
  ['reason', 7],
  ['reason', 'r'.repeat(501)],
  ['reason', 'a\u0007b'],
  ['reason', 'a\udfffb'],
  ['reason', 'a\u2029b'],
  ['reason', 'a\u2066b'],
])('a refund with %s %j is refused by the name of the field', async (field, value) => {
  await expectInvalid(service.http.post('/payments/refund').send({ ...refund, [field]: value }), field);
});

describe.each(['/payments/charge', '/payments/refund', '/payments/batch'])('POST %s', (path) => {
  test.each(unreadableBodies)('a body %s is refused', async (_what, contentType, body, status, problem) => {
    await expectUnreadable(service.http.post(path), contentType, body, status, problem);
  });

  test('a list is refused as a whole', async () => {
    await expectInvalid(service.http.post(path).send([charge, refund]), '$');
  });
});

test('an infinite amount is refused', async () => {
  const body = JSON.stringify(charge).replace('"amount":10', '"amount":1e999');
  await expectInvalid(service.http.post('/payments/charge').type('json').send(body), 'amount');
});
