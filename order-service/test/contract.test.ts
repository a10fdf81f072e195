import { newId } from 'service-kit/ids';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { createInventoryProxy } from '../src/participants/inventory-proxy.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';
import type { PlaceOrder } from '../src/place-order.ts';
import { startInventoryService, startPaymentService } from './order-system.ts';

let paymentService: HttpService;
let inventoryService: HttpService;
let payment: ReturnType<typeof createPaymentProxy>;
let inventory: ReturnType<typeof createInventoryProxy>;

beforeAll(async () => {
  [paymentService, inventoryService] = await Promise.all([startPaymentService(), startInventoryService()]);
  payment = createPaymentProxy(paymentService.url);
  inventory = createInventoryProxy(inventoryService.url);
});
afterAll(() => Promise.all([paymentService.close(), inventoryService.close()]));

const order: PlaceOrder = {
  orderId: newId(),
  itemName: 'Apple',
  quantity: 3,
  amountCents: 1050,
  failPayment: false,
  failInventory: false,
};
const newContext = () => ({ sagaId: newId(), attempt: 1, timeoutMs: 5_000 });
const succeeded = { outcome: 'succeeded', httpStatus: 200 };
const rejected = (httpStatus: number, problem: string) => ({
  outcome: 'rejected',
  kind: 'rejection',
  httpStatus,
  reason: expect.stringMatching(new RegExp(`^${problem}: .+`)),
});
const failed = (problem: string) => ({
  outcome: 'unknown',
  kind: 'http-status',
  httpStatus: 500,
  reason: `HTTP 500 ${problem}`,
  transient: false,
});

describe('payment-service', () => {
  test('a charge, its repetition, its refund and the repetition of that succeed', async () => {
    const context = newContext();
    for (const call of [payment.charge, payment.charge, payment.refund, payment.refund]) {
      expect(await call(order, context)).toEqual(succeeded);
    }
    const [row] = await paymentService.sql`SELECT * FROM payments WHERE saga_id = ${context.sagaId}`;
    expect(row).toMatchObject({ order_id: order.orderId, amount_cents: '1050', status: 'REFUNDED' });
  });

  test('a refund of nothing succeeds, and the charge that comes late is rejected', async () => {
    const context = newContext();
    expect(await payment.refund(order, context)).toEqual(succeeded);
    expect(await payment.charge(order, context)).toEqual(rejected(409, 'charge-after-refund'));
  });

  test('a charge of another amount is rejected', async () => {
    const context = newContext();
    await payment.charge(order, context);
    expect(await payment.charge({ ...order, amountCents: 1051 }, context)).toEqual(rejected(409, 'charge-conflict'));
  });

  test('a charge that does not meet the contract is rejected', async () => {
    const charge = payment.charge({ ...order, orderId: '' }, newContext());
    expect(await charge).toEqual(rejected(400, 'validation-failed'));
  });

  test.each([{ amountCents: 9999_00 }, { failPayment: true }])('a charge with %j is unknown', async (trigger) => {
    expect(await payment.charge({ ...order, ...trigger }, newContext())).toEqual(failed('charge-failed'));
  });

  test.each([1, 29, 1050, 999_999_999])('%d cents arrive as they were sent', async (amountCents) => {
    const context = newContext();
    expect(await payment.charge({ ...order, amountCents }, context)).toEqual(succeeded);
    const rows = await paymentService.sql`SELECT amount_cents::int FROM payments WHERE saga_id = ${context.sagaId}`;
    expect(rows).toEqual([{ amount_cents: amountCents }]);
  });
});

describe('inventory-service', () => {
  test('a reserve, its repetition, its release and the repetition of that succeed', async () => {
    const context = newContext();
    for (const call of [inventory.reserve, inventory.reserve, inventory.release, inventory.release]) {
      expect(await call(order, context)).toEqual(succeeded);
    }
    const [row] = await inventoryService.sql`SELECT * FROM reservations WHERE saga_id = ${context.sagaId}`;
    expect(row).toMatchObject({ product_id: 'apple', quantity: 3, status: 'RELEASED' });
  });

  test('a release of nothing succeeds, and the reserve that comes late is rejected', async () => {
    const context = newContext();
    expect(await inventory.release(order, context)).toEqual(succeeded);
    expect(await inventory.reserve(order, context)).toEqual(rejected(409, 'reserve-after-release'));
  });

  test.each([
    ['of another quantity', { quantity: 4 }, 409, 'reserve-conflict'],
    ['of an unknown product', { itemName: 'basilisk' }, 404, 'product-not-found'],
    ['of a product that is out of stock', { itemName: 'unicorn' }, 409, 'out-of-stock'],
    ['that does not meet the contract', { itemName: '' }, 400, 'validation-failed'],
  ])('a reserve %s is rejected', async (_what, other, status, problem) => {
    const context = newContext();
    if (problem === 'reserve-conflict') await inventory.reserve(order, context);
    expect(await inventory.reserve({ ...order, ...other }, context)).toEqual(rejected(status, problem));
  });

  test('a reserve that is told to fail is unknown', async () => {
    const reserve = inventory.reserve({ ...order, failInventory: true }, newContext());
    expect(await reserve).toEqual(failed('reserve-failed'));
  });
});
