import { readAgain, readChangedOrders, readLatestOrders } from '../../page/latest-orders.ts';
import { type OrderSystem, startOrderSystem } from '../order-system.ts';
import { connectPage } from './page-api.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem({ COMPENSATION_BACKOFF_FIRST_MS: '60000', COMPENSATION_BACKOFF_MAX_MS: '60000' });
});
afterAll(() => system.close());

const apple = { itemName: 'apple', quantity: 1, price: 1 };

test('the orders that changed are read page by page, and too many of them not at all', async () => {
  const api = connectPage(system.order.url);
  const first = await api.placeOrder(apple);
  for (let n = 0; n < 4; n += 1) await api.placeOrder(apple);
  const changed = await readChangedOrders(api, first.createdAt, 2);
  expect(changed).toHaveLength(5);
  expect(changed?.at(-1)).toEqual(first);

  for (let n = 0; n < 2; n += 1) await api.placeOrder(apple);
  expect(await readChangedOrders(api, first.createdAt, 2)).toBeUndefined();
});

test('orders are read again as they are now, without those that are not there any more', async () => {
  const api = connectPage(system.order.url);
  const placed = await api.placeOrder(apple);
  const stale = { ...placed, status: 'PENDING', sagaStatus: 'STARTED' } as const;
  expect(await readAgain(api, [stale, { ...stale, id: placed.sagaId }])).toEqual([placed]);
});

test('an old order that is being compensated is among the latest, and so are the newest', async () => {
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/refund') return false;
    response.writeHead(503).end();
    return true;
  };
  const api = connectPage(system.order.url);
  const old = await api.placeOrder({ ...apple, failInventory: true }, { prefer: 'respond-async' });
  while ((await api.findOrder(old.id)).sagaStatus === 'STARTED');
  const newer = [await api.placeOrder(apple), await api.placeOrder(apple), await api.placeOrder(apple)];
  const ids = (await readLatestOrders(api, 2)).map(({ id }) => id);
  expect(ids).toEqual([old.id, newer[2]?.id, newer[1]?.id]);
});
