import type { Books } from '../../page/service-api.ts';
import { countStuck, explainStuck, readStuckSagas } from '../../page/stuck-sagas.ts';
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
  expect([first.cursor, rest.cursor, rest.nextCursor]).toEqual([null, first.nextCursor, null]);

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

test('where nothing is left on an older page, the newest is read', async () => {
  const api = connectPage(system.order.url);
  const first = await readStuckSagas(api, null, []);
  const older = await readStuckSagas(api, first.nextCursor, []);
  for (const { saga } of older.items) await api.resolve(saga.id, 'settled elsewhere', 'Eva');
  const now = await readStuckSagas(api, first.nextCursor, []);
  expect(now.items).toEqual(first.items);
  expect([now.cursor, now.nextCursor]).toEqual([null, null]);
});

test('all stuck sagas that are at hand are counted; of more the books tell, but never fewer than are at hand', async () => {
  const api = connectPage(system.order.url);
  const { items: stuck } = await readStuckSagas(api, null, []);
  const books = (count: number) => ({ sagas: { COMPENSATION_STUCK: count } }) as Books;
  const one = { stuck: stuck.slice(0, 1), stuckCursor: null, stuckNext: null };
  expect(countStuck({ ...one, books: books(5) })).toBe(1);
  expect(countStuck({ ...one, stuck: [], books: books(1) })).toBe(0);
  expect(countStuck({ ...one, stuckNext: 'older', books: books(0) })).toBe(2);
  expect(countStuck({ ...one, stuckNext: 'older', books: books(5) })).toBe(5);
  expect(countStuck({ ...one, stuckCursor: 'older', books: books(0) })).toBe(1);
  expect(countStuck({ ...one, stuck: null, books: books(5) })).toBe(5);
});
