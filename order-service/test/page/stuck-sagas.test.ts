import { explainStuck, readStuckSagas } from '../../page/stuck-sagas.ts';
import { type OrderSystem, startOrderSystem } from '../order-system.ts';
import { connectPage } from './page-api.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem({ COMPENSATION_ATTEMPTS: '2' });
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/refund') return false;
    response.writeHead(503).end();
    return true;
  };
});
afterAll(() => system.close());

test('a stuck saga says why, since when and what it holds, page by page', async () => {
  const api = connectPage(system.order.url);
  const place = () => api.placeOrder({ itemName: 'phone', quantity: 2, price: 700, failInventory: true });
  const placed = [];
  for (let n = 0; n < 11; n += 1) placed.push(await place());
  expect(placed.map(({ sagaStatus }) => sagaStatus)).toEqual(placed.map(() => 'COMPENSATION_STUCK'));

  const first = await readStuckSagas(api, null, []);
  const rest = await readStuckSagas(api, first.nextCursor, []);
  expect([...first.items, ...rest.items].map(({ order }) => order.id)).toEqual(placed.map(({ id }) => id).reverse());
  expect(rest.nextCursor).toBeNull();

  const [stuck] = first.items;
  if (!stuck) throw new Error('nothing is stuck');
  const parked = stuck.saga.log.find(({ type }) => type === 'parked');
  expect(explainStuck(stuck)).toEqual({
    why: 'refund failed 2 times: HTTP 503',
    since: parked?.at,
    held: ['1,400.00 charged'],
  });
});

test('a charge of which nobody knows is held perhaps', async () => {
  const api = connectPage(system.order.url);
  await api.placeOrder({ itemName: 'bomb', quantity: 1, price: 9999 });
  const [stuck] = (await readStuckSagas(api, null, [])).items;
  if (!stuck) throw new Error('nothing is stuck');
  expect(explainStuck(stuck).held).toEqual(['perhaps 9,999.00 charged']);
});
