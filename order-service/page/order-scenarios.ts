import { expectSame, expectText, freshId, type Teller, tell } from './scenario-teller.ts';
import type { Order, Saga, Scenario } from './service-api.ts';
import { problemFrom } from './service-error.ts';

/** Orders that end without anybody's help, and one that is refused. */
export const orderScenarios: Scenario[] = [
  {
    name: 'order-completes',
    sentence: 'A normal order: payment is charged, inventory reserved.',
    ends: 'COMPLETED',
    needsFaults: false,
    play: tell(async ({ order, expectRows }) => {
      const saga = await order({ itemName: 'Apple', quantity: 1, price: 100 });
      await expectRows(saga, { order: 'COMPLETED', payment: 'CHARGED', inventory: 'RESERVED' });
    }),
  },
  {
    name: 'payment-fails-9999',
    sentence:
      'A price of 9999 makes payment answer 500, which does not tell whether it charged: the charge is taken back.',
    ends: 'CANCELLED',
    needsFaults: false,
    play: tell(async ({ order, expectRows }) => {
      const saga = await order({ itemName: 'Bomb', quantity: 1, price: 9999 });
      expectFailure(saga, 'payment', 'unknown');
      await expectRows(saga, { order: 'CANCELLED', payment: 'VOIDED', inventory: null });
    }),
  },
  {
    name: 'tutorial-success',
    sentence: 'The same order in the words of POST /orders/place.',
    ends: 'COMPLETED',
    needsFaults: false,
    play: tell(async (teller) => {
      const saga = await place(teller, { failPayment: false, failInventory: false });
      await teller.expectRows(saga, { order: 'COMPLETED', payment: 'CHARGED', inventory: 'RESERVED' });
    }),
  },
  {
    name: 'tutorial-inventory-fails',
    sentence: 'Inventory fails after payment was charged: the payment is refunded.',
    ends: 'CANCELLED',
    needsFaults: false,
    play: tell(async (teller) => {
      const saga = await place(teller, { failPayment: false, failInventory: true });
      expectFailure(saga, 'inventory', 'unknown');
      expectSame('failed attempts to undo', saga.compensationFailures.length, 0);
      await teller.expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED', inventory: 'VOIDED' });
    }),
  },
  {
    name: 'tutorial-payment-fails',
    sentence: 'Payment fails: inventory is never called.',
    ends: 'CANCELLED',
    needsFaults: false,
    play: tell(async (teller) => {
      const saga = await place(teller, { failPayment: true, failInventory: false });
      expectFailure(saga, 'payment', 'unknown');
      await teller.expectRows(saga, { order: 'CANCELLED', payment: 'VOIDED', inventory: null });
    }),
  },
  {
    name: 'out-of-stock',
    sentence: 'There is no unicorn in stock: inventory says no, a later yes is barred, and the payment is refunded.',
    ends: 'CANCELLED',
    needsFaults: false,
    play: tell(async ({ order, expectRows }) => {
      const saga = await order({ itemName: 'unicorn', quantity: 1, price: 250 });
      expectFailure(saga, 'inventory', 'rejected', 'out-of-stock');
      await expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED', inventory: 'VOIDED' });
    }),
  },
  {
    name: 'unknown-product',
    sentence: 'Nobody sells a perpetuum mobile: inventory says no, a later yes is barred, and the payment is refunded.',
    ends: 'CANCELLED',
    needsFaults: false,
    play: tell(async ({ order, expectRows }) => {
      const saga = await order({ itemName: 'perpetuum mobile', quantity: 1, price: 250 });
      expectFailure(saga, 'inventory', 'rejected', 'product-not-found');
      await expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED', inventory: 'VOIDED' });
    }),
  },
  {
    name: 'double-click',
    sentence: 'The same order is sent twice with one Idempotency-Key, then another with that key.',
    ends: 'COMPLETED, once',
    needsFaults: false,
    play: tell(async ({ api, follow, untilOver }) => {
      const headers = { 'idempotency-key': freshId() };
      const send = (quantity: number) =>
        api.call('POST', '/orders', { headers, body: { itemName: 'book', quantity, price: 30 } });
      const clicks = [await send(1), await send(1)] as const;
      const [first, second] = clicks.map(({ body }) => body as Order);
      follow(String(first?.sagaId));
      expectSame('the second order', second?.id, first?.id);
      expectSame('Idempotent-Replayed', clicks[1].headers.get('idempotent-replayed'), 'true');
      expectSame('the HTTP status of another order with that key', (await send(2)).status, 422);
      expectSame('the saga', (await untilOver(String(first?.sagaId))).status, 'COMPLETED');
    }),
  },
  {
    name: 'answer-later',
    sentence: 'Prefer: respond-async is answered at once with a pending order; its saga goes on.',
    ends: 'COMPLETED',
    needsFaults: false,
    play: tell(async ({ api, follow, untilOver, expectRows }) => {
      const body = { itemName: 'lamp', quantity: 1, price: 45.5 };
      const { status, body: order } = await api.call('POST', '/orders', { body, headers: { prefer: 'respond-async' } });
      const { sagaId, status: orderStatus } = order as Order;
      follow(sagaId);
      expectSame('the HTTP status', status, 202);
      expectSame('the order', orderStatus, 'PENDING');
      await expectRows(await untilOver(sagaId), { order: 'COMPLETED' });
    }),
  },
  {
    name: 'bad-input',
    sentence: 'Orders that do not meet the contract are refused with the name of the field, and nothing is stored.',
    ends: 'no order',
    needsFaults: true,
    play: tell(refuseBadInput),
  },
];

async function place({ api, follow, untilOver }: Teller, flags: { failPayment: boolean; failInventory: boolean }) {
  const { sagaId } = await api.ask<{ sagaId: string }>('POST', '/orders/place', {
    body: { productId: 'apple', qty: 2, amount: 1200, ...flags },
    headers: { prefer: 'respond-async' },
  });
  follow(sagaId);
  return untilOver(sagaId);
}

function expectFailure({ failure }: Saga, step: string, outcome: string, reason = ''): void {
  expectSame('the step that failed', failure?.step, step);
  expectSame('its outcome', failure?.outcome, outcome);
  expectText('its reason', failure?.reason, reason);
}

async function refuseBadInput({ api, expectAnswer }: Teller): Promise<void> {
  // A name that nobody else orders, to tell these orders from those that go on meanwhile.
  const itemName = `refused ${freshId()}`;
  const good = { itemName, quantity: 1, price: 100 };
  const field = (name: string) => `"field":"${name}"`;

  await expectAnswer('POST /orders', { body: { quantity: 1, price: 100 } }, 400, field('itemName'));
  await expectAnswer('POST /orders', { body: { ...good, quantity: 0 } }, 400, field('quantity'));
  await expectAnswer('POST /orders', { body: { ...good, quantity: 1.5 } }, 400, field('quantity'));
  await expectAnswer('POST /orders', { body: { ...good, price: -1 } }, 400, field('price'));
  await expectAnswer('POST /orders', { body: { ...good, price: 9.999 } }, 400, field('price'));
  await expectAnswer('POST /orders', { body: { ...good, price: '100' } }, 400, field('price'));
  const placed = { productId: itemName, qty: '2', amount: 1200 };
  await expectAnswer('POST /orders/place', { body: placed }, 400, field('qty'));
  const notANumber = JSON.stringify(good).replace('100', 'NaN');
  await expectRefused('application/json', notANumber, 400, 'malformed-request');
  await expectRefused('text/plain', JSON.stringify(good), 415, 'unsupported-media-type');
  const tooLong = { ...good, itemName: itemName.padEnd(20_000) };
  await expectAnswer('POST /orders', { body: tooLong }, 413, 'payload-too-large');
  await expectAnswer('GET /orders/not-a-uuid', {}, 400, field('id'));
  await expectAnswer('GET /orders?limit=1000', {}, 400, field('limit'));
  const charge = { sagaId: freshId(), orderId: '1', amount: 0 };
  await expectAnswer('POST /participants/payment/payments/charge', { body: charge }, 400, field('amount'));
  const reserve = { sagaId: '1', productId: 'apple', quantity: 1 };
  await expectAnswer('POST /participants/inventory/inventory/reserve', { body: reserve }, 400, field('sagaId'));

  const { items } = await api.listOrders({ limit: '100' });
  expectSame('orders of what was refused', items.filter((order) => order.itemName === itemName).length, 0);
}

/** A body that no client of JSON would send. */
async function expectRefused(contentType: string, body: string, status: number, problem: string): Promise<void> {
  const response = await fetch('/orders', { method: 'POST', headers: { 'content-type': contentType }, body });
  expectSame(`the HTTP status of ${contentType}`, response.status, status);
  expectText('the answer', problemFrom(response.status, response.headers, await response.json()), problem);
}
