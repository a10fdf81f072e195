import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());

test('without a collector no trace is kept and none is sent on, not even one that a request brings', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const request = system.order.http.post('/orders').set({ traceparent, tracestate: 'vendor=1' });
  const { body } = await request.send({ itemName: 'lamp', quantity: 1, price: 10 }).expect(201);

  const [saga] = await system.order.sql`SELECT traceparent FROM sagas WHERE id = ${body.sagaId}`;
  expect(saga).toEqual({ traceparent: null });
  const sent = [...system.toPayment.seen, ...system.toInventory.seen];
  expect(sent.map(({ path }) => path)).toEqual(['/payments/charge', '/inventory/reserve']);
  expect(sent.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.startsWith('trace'))).toEqual([]);
});
