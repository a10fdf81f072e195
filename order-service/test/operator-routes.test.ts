import { newId } from 'service-kit/ids';
import { waitUntil } from 'stack/wait-until';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { startWebhook, type Webhook } from './alert-webhook.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
let webhook: Webhook;
beforeAll(async () => {
  webhook = await startWebhook();
  system = await startOrderSystem({ COMPENSATION_ATTEMPTS: '2', ALERT_WEBHOOK_URL: webhook.url });
});
afterAll(async () => {
  await system.close();
  await webhook.close();
});
beforeEach(() => {
  setRefundStatus(503);
  webhook.messages.splice(0);
});

/** Payment answers every refund with this status; undefined lets it do its work. */
function setRefundStatus(status: number | undefined): void {
  system.toPayment.intercept = ({ url }, response) => {
    if (status === undefined || url !== '/payments/refund') return false;
    response.writeHead(status).end();
    return true;
  };
}

const getStuck = async () => {
  const body = { itemName: 'lamp', quantity: 1, price: 10, failInventory: true };
  const order = await system.order.http.post('/orders').send(body).expect(201);
  expect(order.body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATION_STUCK' });
  return order.body.sagaId as string;
};
const sagaOf = async (id: string) => (await system.order.http.get(`/sagas/${id}`).expect(200)).body;
const statusOf = async (id: string) => (await sagaOf(id)).status as string;
const resolve = (id: string, body: object) => system.order.http.post(`/sagas/${id}/resolve`).send(body);
const retry = (id: string) => system.order.http.post(`/sagas/${id}/retry`);

test('a stuck saga shows its failures, and is found by its status', async () => {
  const id = await getStuck();
  const saga = await sagaOf(id);
  expect(saga.compensationFailures).toEqual([
    { step: 'payment', attempt: 1, at: expect.any(String), outcome: 'unknown', reason: 'HTTP 503' },
    { step: 'payment', attempt: 2, at: expect.any(String), outcome: 'unknown', reason: 'HTTP 503' },
  ]);
  const { body } = await system.order.http.get('/sagas?status=COMPENSATION_STUCK').expect(200);
  expect(body.items.map((item: { id: string }) => item.id)).toContain(id);
});

test('a retry answers 202, and the saga ends compensated with its failures kept', async () => {
  const id = await getStuck();
  setRefundStatus(undefined);
  expect((await retry(id).expect(202)).body.id).toBe(id);
  while ((await statusOf(id)) === 'COMPENSATING');
  const saga = await sagaOf(id);
  expect(saga.status).toBe('COMPENSATED');
  expect(saga.compensationFailures).toHaveLength(2);
  expect((await system.payment.http.get(`/payments/${id}`)).body.status).toBe('REFUNDED');
});

test('a resolve answers 200 with the saga RESOLVED, and the log says who and why', async () => {
  const id = await getStuck();
  const { body } = await resolve(id, { reason: 'paid back in cash', by: 'eva' }).expect(200);
  expect(body.status).toBe('RESOLVED');
  expect(body.log.at(-1)).toMatchObject({ type: 'resolved', by: 'eva', reason: 'paid back in cash' });
  expectProblem(await resolve(id, { reason: 'again', by: 'eva' }), 409, 'saga-not-stuck');
  expectProblem(await retry(id), 409, 'saga-not-retryable');
});

test('what is over cannot be moved, and what does not exist is not found', async () => {
  const { body } = await system.order.http.post('/orders').send({ itemName: 'lamp', quantity: 1, price: 10 });
  expectProblem(await retry(body.sagaId), 409, 'saga-not-retryable');
  expectProblem(await resolve(body.sagaId, { reason: 'why', by: 'eva' }), 409, 'saga-not-stuck');
  expectProblem(await retry(newId()), 404, 'saga-not-found');
  expectProblem(await retry('no-uuid'), 400, 'validation-failed');
});

test('a retry of a saga whose steps this version does not know is refused and writes nothing; a resolve is not', async () => {
  const id = await getStuck();
  const steps = ['payment', 'inventory', 'shipping'];
  await system.order.sql`UPDATE saga_events SET steps = ${steps} WHERE saga_id = ${id} AND seq = 1`;
  const before = await sagaOf(id);
  const { detail } = expectProblem(await retry(id), 409, 'saga-log-refused');
  expect(detail).toBe('the definition has no step shipping');
  expect(await sagaOf(id)).toEqual(before);
  await resolve(id, { reason: 'paid back in cash', by: 'eva' }).expect(200);
  expect(await statusOf(id)).toBe('RESOLVED');
});

test('a resolve without a reason or a name is refused and changes nothing', async () => {
  const id = await getStuck();
  expectProblem(await resolve(id, { by: 'eva' }), 400, 'validation-failed');
  expectProblem(await resolve(id, { reason: 'why', by: ' ' }), 400, 'validation-failed');
  expect(await statusOf(id)).toBe('COMPENSATION_STUCK');
});

test('a saga is retried fifty times and no more, writes nothing then, and can be resolved', async () => {
  const id = await getStuck();
  for (let count = 0; count < 50; count += 1) {
    await retry(id).expect(202);
    await waitUntil('it is stuck again', async () => (await statusOf(id)) === 'COMPENSATION_STUCK');
  }
  const { log } = await sagaOf(id);
  expectProblem(await retry(id), 409, 'saga-retried-too-often');
  expect((await sagaOf(id)).log).toEqual(log);
  expect(log.length).toBeLessThan(2_000);
  await resolve(id, { reason: 'paid back', by: 'kim' }).expect(200);
});

test('the webhook hears once of each stuck saga', async () => {
  const id = await getStuck();
  const message = await webhook.next();
  expect(message).toEqual({
    event: 'saga-stuck',
    sagaId: id,
    orderId: (await sagaOf(id)).orderId,
    at: expect.any(String),
  });
  setRefundStatus(undefined);
  await retry(id).expect(202);
  while ((await statusOf(id)) === 'COMPENSATING');
  expect(webhook.messages).toEqual([message]);
});

test('the webhook hears of a saga that passes its deadline, and a dead webhook harms nothing', async () => {
  const late = await startOrderSystem({ SAGA_DEADLINE_MS: '0', ALERT_WEBHOOK_URL: webhook.url });
  const order = { itemName: 'lamp', quantity: 1, price: 10 };
  const { body } = await late.order.http.post('/orders').send(order).expect(201);
  expect(body).toMatchObject({ status: 'CANCELLED', failure: { reason: "the saga's deadline passed" } });
  expect((await late.order.http.get(`/orders/${body.id}`)).body).toEqual(body);
  expect(await webhook.next()).toMatchObject({ event: 'saga-deadline-passed', orderId: body.id });
  await late.close();
  const unheard = await startOrderSystem({ SAGA_DEADLINE_MS: '0', ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/' });
  const second = await unheard.order.http.post('/orders').send(order).expect(201);
  expect(second.body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
  await unheard.close();
});
