import { waitUntil } from 'stack/wait-until';
import { fetchChecker } from '../../service-kit/test/api-client.ts';
import { endsByItself, fuzzApi } from '../../service-kit/test/api-fuzz.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem({ FAULTS: 'on' });
});
afterAll(() => system.close());

test('promise 10: two thousand random requests are answered as documented, and bad input changes no row', async () => {
  const { order, payment, inventory } = system;
  const { body: known } = await order.http.post('/orders').send({ itemName: 'apple', quantity: 1, price: 1 });
  const checker = await fetchChecker(order.url);
  const { sent, refused, succeeded } = await fuzzApi({
    url: order.url,
    checker,
    document: (await order.http.get('/openapi/v1.json')).body,
    databases: [order.sql, payment.sql, inventory.sql],
    ids: [known.id, known.sagaId],
    recording: ['getAudit'],
    narrow(call, field, schema) {
      if (field === 'failPayment' || field === 'failInventory') return { const: false };
      // Times quantity it has to stay below the limit, which no schema can say.
      if (field === 'price') return { ...schema, maximum: 99 };
      // Where no saga comes past: order-service would die there.
      if (call === 'setFault' && field === 'name') return { enum: ['before-parked', 'after-parked'] };
      return schema;
    },
    async settle() {
      const inFlight = () => order.sql`SELECT 1 FROM sagas WHERE status IN ('STARTED', 'COMPENSATING')`;
      await waitUntil('all sagas over', async () => (await inFlight()).length === 0);
    },
  });
  expect(sent).toBe(2_000);
  expect(refused).toBeGreaterThan(500);
  // Only a saga that is stuck can be moved, and none gets stuck here.
  const calls = checker.calls.filter(endsByItself).map(({ id }) => id);
  const moving = ['retrySaga', 'resolveSaga'];
  expect([...succeeded].sort()).toEqual(calls.filter((id) => !moving.includes(id)).sort());
}, 240_000);
