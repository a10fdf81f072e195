import type { Order } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import { useEmbeddedStack } from './embedded-stack.ts';

const system = useEmbeddedStack({
  // No circuit opens: what one test broke is not to keep the next from calling.
  order: { LEASE_MS: '1000', RECOVERY_INTERVAL_MS: '100', ACTION_TIMEOUT_MS: '1000', BREAKER_CALLS: '100000' },
});
const lamp = { itemName: 'lamp', quantity: 1, price: 10 };
const json = { 'content-type': 'application/json' };

async function setFault(url: string, mode: string, times = 1): Promise<void> {
  const response = await fetch(url, { method: 'PUT', headers: json, body: JSON.stringify({ mode, times }) });
  expect(response.status).toBe(200);
}

/** Places these orders at once, and waits until all are over that were recorded, answered or not. */
async function placeAll(bodies: object[]): Promise<Order[]> {
  const { client } = system;
  const known = new Set((await client.listOrders()).map(({ id }) => id));
  await Promise.allSettled(bodies.map((body) => client.placeOrder(body)));
  await waitUntil('order-service is back', () =>
    client.listOrders().then(
      () => true,
      () => false,
    ),
  );
  const placed = (await client.listOrders()).filter(({ id }) => !known.has(id));
  return Promise.all(placed.map(client.waitUntilOver));
}

/** How often the service was started. */
const countStarts = (service: 'order' | 'payment' | 'inventory') =>
  system.readLog(service).filter(({ message }) => message === 'listening').length;

const lamps = (count: number) => Array.from({ length: count }, () => lamp);
const countEnds = (orders: Order[]) =>
  Object.fromEntries(
    [...new Set(orders.map(({ sagaStatus }) => sagaStatus))].map((end) => [
      end,
      orders.filter(({ sagaStatus }) => sagaStatus === end).length,
    ]),
  );

/** Each order is charged and reserved if it is completed, and neither if it is not. */
async function expectAllOrNothing(orders: Order[]): Promise<void> {
  for (const { sagaId, status } of orders) {
    const held = [await system.client.findPayment(sagaId), await system.client.findReservation(sagaId)];
    const statuses = held.map((row) => row?.status);
    if (status === 'COMPLETED') expect(statuses).toEqual(['CHARGED', 'RESERVED']);
    else expect(statuses.filter((found) => found === 'CHARGED' || found === 'RESERVED')).toEqual([]);
  }
}

test('concurrent orders share their calls', async () => {
  const before = system.readLog('payment').length;
  expect(countEnds(await placeAll(lamps(40)))).toEqual({ COMPLETED: 40 });
  const messages = system
    .readLog('payment')
    .slice(before)
    .map(({ message }) => message);
  expect(messages.filter((message) => message === 'POST /payments/batch 200').length).toBeGreaterThan(0);
  expect(messages.filter((message) => message === 'POST /payments/charge 200')).toHaveLength(40);
});

test('each order of a batch ends by itself', async () => {
  const orders = await placeAll([
    ...lamps(30),
    ...Array.from({ length: 5 }, () => ({ ...lamp, itemName: 'unicorn' })),
    ...Array.from({ length: 3 }, () => ({ ...lamp, price: 9999 })),
    ...Array.from({ length: 2 }, () => ({ ...lamp, failInventory: true })),
  ]);
  expect(countEnds(orders)).toEqual({ COMPLETED: 30, COMPENSATED: 10 });
  await expectAllOrNothing(orders);
});

test('a batched call that times out is repeated alone for each order, and charges none twice', async () => {
  const before = system.readLog('payment').length;
  // The first orders may each be charged alone; so many are not.
  const hanging = 10;
  await setFault(`${system.services.payment.url}/faults/charge`, 'hang', hanging);
  const orders = await placeAll(lamps(40));
  expect(countEnds(orders)).toEqual({ COMPLETED: 40 });
  await expectAllOrNothing(orders);
  const messages = system
    .readLog('payment')
    .slice(before)
    .map(({ message }) => message);
  expect(messages).toContain('POST /payments/batch aborted');
  const sagas = await Promise.all(orders.map(({ sagaId }) => system.client.findSaga(sagaId)));
  const attempts = sagas.map((saga) => saga?.steps[0]?.attempts);
  // Repeated are those, too, that only shared a request with one that hung.
  expect(attempts.filter((attempt) => attempt === 2).length).toBeGreaterThanOrEqual(hanging);
  expect(attempts.filter((attempt) => attempt !== 1 && attempt !== 2)).toEqual([]);
});

test.each([
  'after-begun',
  'before-action-answered-payment',
  'after-action-called-inventory',
  'before-ended',
  'before-compensation-answered-payment',
])('promise 1: order-service is killed at %s in the middle of a batch', async (point) => {
  const starts = countStarts('order');
  await setFault(`${system.services.order.url}/faults/${point}`, 'crash');
  const orders = await placeAll([
    ...lamps(20),
    ...Array.from({ length: 20 }, () => ({ ...lamp, failInventory: true })),
  ]);
  expect(orders.length).toBeGreaterThan(0);
  expect(countStarts('order')).toBe(starts + 1);
  expect(Object.keys(countEnds(orders)).filter((end) => end !== 'COMPLETED' && end !== 'COMPENSATED')).toEqual([]);
  await expectAllOrNothing(orders);
});

test.each([
  ['payment', 'charge', 'crash-before'],
  ['payment', 'charge', 'crash-after'],
  ['inventory', 'reserve', 'crash-after'],
  ['payment', 'refund', 'crash-after'],
] as const)('promise 2: %s-service dies in the middle of a batch: %s, %s', async (service, operation, mode) => {
  const starts = countStarts(service);
  await setFault(`${system.services[service].url}/faults/${operation}`, mode);
  const orders = await placeAll([
    ...lamps(20),
    ...Array.from({ length: 20 }, () => ({ ...lamp, failInventory: true })),
  ]);
  expect(orders).toHaveLength(40);
  await waitUntil('it was started again', async () => countStarts(service) === starts + 1);
  await expectAllOrNothing(orders);
});
