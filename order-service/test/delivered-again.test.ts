import type { IncomingMessage } from 'node:http';
import type { HttpForwarder } from '../../service-kit/test/http-forwarder.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeEach(async () => {
  system = await startOrderSystem({}, { FAULTS: 'on' });
});
afterEach(() => system.close());

type Message = { sagaId: string; [field: string]: unknown };
interface Delivery {
  path: string;
  body: Message & { requests: { url: string; body: Message }[] };
}

/** Keeps what is sent to a participant, as a proxy that repeats a POST does. */
function record(forwarder: HttpForwarder): Delivery[] {
  const deliveries: Delivery[] = [];
  forwarder.intercept = (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (chunks.length > 0) deliveries.push({ path: request.url ?? '', body: JSON.parse(chunks.join('')) });
    });
    return false;
  };
  return deliveries;
}

async function place(itemName: string) {
  const order = { itemName, quantity: 1, price: 250 };
  const { body } = await system.order.http.post('/orders').send(order).expect(201);
  expect(body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED', failure: { outcome: 'rejected' } });
  return body as { sagaId: string };
}

/** The answers to all actions among the deliveries, each delivered once more, alone and in a batch of its own. */
async function deliverAgain(service: OrderSystem['payment'], deliveries: Delivery[], action: string, batch: string) {
  const actions = deliveries.flatMap(({ path, body }) => {
    const calls = path === batch ? body.requests : [{ url: path, body }];
    return calls.filter(({ url }) => url === action);
  });
  const answers: { status: number; body: unknown }[] = [];
  for (const { url, body } of actions) {
    const alone = await service.http.post(url).send(body);
    answers.push({ status: alone.status, body: alone.body });
    const together = await service.http.post(batch).send({ requests: [{ url, headers: {}, body }] });
    answers.push(together.body.responses[0]);
  }
  return answers;
}

const refusals = (count: number, problem: string) =>
  Array(count).fill({ status: 409, body: expect.objectContaining({ type: `/problems/${problem}` }) });
const expectCleanAudit = async () => {
  const { body } = await system.order.http.get('/audit').expect(200);
  expect(body).toMatchObject({ clean: true, quiet: true, discrepancyCount: 0 });
};
const rowOf = async (service: OrderSystem['payment'], path: string) => (await service.http.get(path).expect(200)).body;

test('promise 7: a reservation that was refused for want of stock is refused for ever, also when there is stock', async () => {
  const deliveries = record(system.toInventory);
  const { sagaId } = await place('unicorn');
  expect(await rowOf(system.inventory, `/inventory/${sagaId}`)).toMatchObject({ status: 'VOIDED' });
  await system.inventory.http.put('/inventory/products/unicorn').send({ available: 5 }).expect(200);

  const answers = await deliverAgain(system.inventory, deliveries, '/inventory/reserve', '/inventory/batch');
  expect(answers).toEqual(refusals(2, 'reserve-after-release'));
  expect(await rowOf(system.inventory, `/inventory/${sagaId}`)).toMatchObject({ status: 'VOIDED' });
  const { items } = await rowOf(system.inventory, '/inventory/products');
  expect(items).toContainEqual({ id: 'unicorn', available: 5, stocked: 5 });
  await expectCleanAudit();
});

test('promise 7: so are those that were refused in one batch', async () => {
  const deliveries = record(system.toInventory);
  await Promise.all(Array.from({ length: 8 }, () => place('unicorn')));
  expect(deliveries.map(({ path }) => path)).toContain('/inventory/batch');
  await system.inventory.http.put('/inventory/products/unicorn').send({ available: 5 }).expect(200);

  const answers = await deliverAgain(system.inventory, deliveries, '/inventory/reserve', '/inventory/batch');
  expect(answers).toEqual(refusals(16, 'reserve-after-release'));
  await expectCleanAudit();
});

test('promise 7: a charge that was refused once is refused for ever', async () => {
  const deliveries = record(system.toPayment);
  const fault = { mode: 'reject' };
  await system.payment.http.put('/faults/charge').send(fault).expect(200);
  const { sagaId } = await place('lamp');
  expect(await rowOf(system.payment, `/payments/${sagaId}`)).toMatchObject({ status: 'VOIDED' });
  await system.payment.http.delete('/faults').expect(204);

  const answers = await deliverAgain(system.payment, deliveries, '/payments/charge', '/payments/batch');
  expect(answers).toEqual(refusals(2, 'charge-after-refund'));
  expect(await rowOf(system.payment, `/payments/${sagaId}`)).toMatchObject({ status: 'VOIDED' });
  expect((await system.inventory.http.get(`/inventory/${sagaId}`)).status).toBe(404);
  await expectCleanAudit();
});
